//! The pages of the backend on which the shop's people settle claims.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::{TypingData, WebElement};

use crate::{browser::Browser, shop::Shop, wait::eventually};

/// The desk, open in a browser.
#[derive(Clone, Debug)]
pub struct DamageDesk<'a> {
    browser: &'a Browser,
    address: String,
}

impl<'a> DamageDesk<'a> {
    /// Opens the page to sign in on, in the language `lang`.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn open(browser: &'a Browser, shop: &Shop, lang: &str) -> Result<Self> {
        let desk = Self { browser, address: shop.customer_address().to_owned() };
        desk.visit("/desk/sign-in").await?;
        desk.press_element(&format!(r#".languages [value="{lang}"]"#)).await?;
        desk.wait_for_element(&format!(r#"html[lang="{lang}"] #key"#)).await?;
        Ok(desk)
    }

    /// Signs in with the key that the demo has filled in, and waits for the list.
    ///
    /// # Errors
    ///
    /// When the list does not come.
    pub async fn sign_in(&self) -> Result<()> {
        self.press_element("form[action='/desk/sign-in'] .primary").await?;
        self.wait_for_element(".filters").await.map(drop)
    }

    /// Goes to the page at `path`.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn visit(&self, path: &str) -> Result<()> {
        self.browser.visit(&format!("{}{path}", self.address)).await?;
        self.wait_for_element("main h1").await.map(drop)
    }

    /// Goes to the page of the claim called `reference`.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn visit_claim(&self, reference: &str) -> Result<()> {
        self.visit(&format!("/desk/claims/{reference}")).await
    }

    /// What `css` finds, once it is there.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn wait_for_element(&self, css: &str) -> Result<WebElement> {
        eventually(&format!("{css} at the desk"), || async {
            self.browser.find_by_script("return document.querySelector(arguments[0]);", vec![css.into()]).await
        })
        .await
    }

    /// Presses what `css` finds.
    ///
    /// # Errors
    ///
    /// When it cannot be pressed.
    pub async fn press_element(&self, css: &str) -> Result<()> {
        let found = self.wait_for_element(css).await?;
        found.scroll_into_view().await?;
        Ok(found.click().await?)
    }

    /// Replaces the text of the field that `css` finds.
    ///
    /// # Errors
    ///
    /// When it cannot be written in.
    pub async fn fill_field(&self, css: &str, words: &str) -> Result<()> {
        let field = self.wait_for_element(css).await?;
        field.clear().await?;
        Ok(field.send_keys(words).await?)
    }

    /// Waits until the page says `words`.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn wait_for_text(&self, words: &str) -> Result<()> {
        eventually(&format!("{words:?} at the desk"), || async {
            let said =
                self.browser.run_script("return document.body?.innerText.includes(arguments[0]);", vec![words.into()]);
            Ok((said.await? == Value::Bool(true)).then_some(()))
        })
        .await
    }

    /// Waits until what `css` finds has the focus.
    ///
    /// # Errors
    ///
    /// When it does not get it.
    pub async fn wait_for_focus_on(&self, css: &str) -> Result<()> {
        eventually(&format!("the focus on {css}"), || async {
            let script = "return document.activeElement?.matches(arguments[0]) ?? false;";
            Ok((self.browser.run_script(script, vec![css.into()]).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// The reference of the claim on the page; none on another page.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn claim_reference(&self) -> Result<Option<String>> {
        let script = "return location.pathname.match(/^\\/desk\\/claims\\/(DR-\\w+)$/)?.[1] ?? null;";
        Ok(self.browser.run_script(script, Vec::new()).await?.as_str().map(str::to_owned))
    }
}

/// A person who has a keyboard and nothing else. Text is typed, and keystrokes are counted.
#[derive(Debug)]
pub struct Keyboard<'a> {
    browser: &'a Browser,
    keystrokes: usize,
}

impl<'a> Keyboard<'a> {
    /// A keyboard on which nothing was pressed.
    #[must_use]
    pub fn new(browser: &'a Browser) -> Self {
        Self { browser, keystrokes: 0 }
    }

    /// Presses a key: one keystroke.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn press_key(&mut self, key: impl Into<TypingData>) -> Result<()> {
        self.keystrokes += 1;
        self.browser.type_text(key).await
    }

    /// Types `text` where the focus is. This is no keystroke: it takes as many wherever claims are settled.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.browser.type_text(text).await
    }

    /// The keystrokes since the last time.
    pub fn take_keystroke_count(&mut self) -> usize {
        std::mem::take(&mut self.keystrokes)
    }
}
