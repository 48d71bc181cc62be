//! The widget, as the customer goes through it. It lives in a shadow root, where only scripts look.

use anyhow::Result;
use damage_report_rules::evidence::Subject;
use serde_json::{Value, json};
use thirtyfour::WebElement;

use crate::{browser::Browser, photos::PhotoFile, wait::eventually};

/// The widget of one order line.
#[derive(Clone, Debug)]
pub struct ReportWidget<'a> {
    pub(super) browser: &'a Browser,
    pub(super) host: String,
}

impl<'a> ReportWidget<'a> {
    /// The widget whose element the selector `host` finds.
    #[must_use]
    pub fn new(browser: &'a Browser, host: String) -> Self {
        Self { browser, host }
    }

    /// The selector of the widget's element on the page.
    #[must_use]
    pub fn host_selector(&self) -> &str {
        &self.host
    }

    /// Picks `photos` of `subject` and waits until the backend has them all.
    ///
    /// # Errors
    ///
    /// When one does not arrive.
    pub async fn add_photos(&self, subject: Subject, photos: &[PhotoFile]) -> Result<()> {
        let before = self.count_photos("kept").await?;
        self.pick_photos(subject, photos).await?;
        self.wait_for_photos("kept", before + photos.len()).await
    }

    /// Picks `photos` of `subject`, without waiting for their upload.
    ///
    /// # Errors
    ///
    /// When they cannot be picked.
    pub async fn pick_photos(&self, subject: Subject, photos: &[PhotoFile]) -> Result<()> {
        let paths: Vec<_> = photos.iter().map(|photo| photo.path().display().to_string()).collect();
        let input = self.wait_for_element(&format!("input#{}", subject.code())).await?;
        Ok(input.send_keys(paths.join("\n")).await?)
    }

    /// How many photos on this page are in `state`: pending, kept or wrong.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn count_photos(&self, state: &str) -> Result<usize> {
        self.count_elements(&photos_in(state)).await
    }

    /// Waits until `number` photos on this page are in `state`.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn wait_for_photos(&self, state: &str, number: usize) -> Result<()> {
        self.wait_for_count(&photos_in(state), number).await
    }

    /// Waits until `css` finds `number` elements.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn wait_for_count(&self, css: &str, number: usize) -> Result<()> {
        eventually(&format!("{number} times {css}"), || async {
            Ok((self.count_elements(css).await? == number).then_some(()))
        })
        .await
    }

    /// Waits until nothing is there that `css` finds.
    ///
    /// # Errors
    ///
    /// When it stays.
    pub async fn wait_until_gone(&self, css: &str) -> Result<()> {
        self.wait_for_count(css, 0).await
    }

    /// How many elements `css` finds.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn count_elements(&self, css: &str) -> Result<usize> {
        let script =
            "return document.querySelector(arguments[0])?.shadowRoot?.querySelectorAll(arguments[1]).length ?? 0;";
        let count = self.browser.run_script(script, self.within(css)).await?;
        Ok(count.as_u64().and_then(|count| count.try_into().ok()).unwrap_or(0))
    }

    /// The lines of the summary of what is wrong, once there is one.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn error_summary_lines(&self) -> Result<Vec<String>> {
        let summary = self.text_of(".summary ul").await?;
        Ok(summary.lines().map(str::to_owned).collect())
    }

    /// Waits until the focus is on what `css` finds.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn wait_for_focus_on(&self, css: &str) -> Result<()> {
        eventually(&format!("the focus on {css}"), || async { Ok(self.is_focused(css).await?.then_some(())) }).await
    }

    /// Whether the focus is on what `css` finds.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn is_focused(&self, css: &str) -> Result<bool> {
        let script = "return document.querySelector(arguments[0])?.shadowRoot?.activeElement?.matches(arguments[1]);";
        Ok(self.browser.run_script(script, self.within(css)).await? == Value::Bool(true))
    }

    /// The element that has the focus, if one of the widget's has it.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn focused_element(&self) -> Result<Option<WebElement>> {
        let script = "return document.querySelector(arguments[0])?.shadowRoot?.activeElement ?? null;";
        self.browser.find_by_script(script, vec![self.host.clone().into()]).await
    }

    /// Everything that the widget says on this page.
    ///
    /// # Errors
    ///
    /// When it says nothing.
    pub async fn all_text(&self) -> Result<String> {
        self.text_of(".step").await
    }

    /// Waits until the widget says `words`.
    ///
    /// # Errors
    ///
    /// When it does not; with what it says instead.
    pub async fn wait_for_text(&self, words: &str) -> Result<()> {
        let found = eventually(words, || async { Ok(self.all_text().await?.contains(words).then_some(())) }).await;
        match found {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("it says: {}", self.all_text().await.unwrap_or_default()))),
        }
    }

    /// The words in what `css` finds, once there are any.
    ///
    /// # Errors
    ///
    /// When they do not come.
    pub async fn text_of(&self, css: &str) -> Result<String> {
        eventually(&format!("words in {css}"), || async {
            let Some(found) = self.look_for(css).await? else { return Ok(None) };
            Ok(Some(found.text().await?).filter(|words| !words.is_empty()))
        })
        .await
    }

    /// Replaces the text of the field that `css` finds with `words`.
    ///
    /// # Errors
    ///
    /// When it cannot be written in.
    pub async fn fill_field(&self, css: &str, words: &str) -> Result<()> {
        let field = self.wait_for_element(css).await?;
        field.clear().await?;
        Ok(field.send_keys(words).await?)
    }

    /// The text of the field that `css` finds, or whether it is ticked.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub async fn field_value(&self, css: &str) -> Result<Value> {
        self.wait_for_element(css).await?;
        let script = "const field = document.querySelector(arguments[0]).shadowRoot.querySelector(arguments[1]); \
                      return ['checkbox', 'radio'].includes(field.type) ? field.checked : field.value;";
        self.browser.run_script(script, self.within(css)).await
    }

    /// Presses what `css` finds, again where it had moved from under the pointer: the driver aims first and presses then,
    /// and a photo that becomes ready in between moves what stands below it. A customer would press again too.
    ///
    /// # Errors
    ///
    /// When it cannot be pressed.
    pub async fn press_element(&self, css: &str) -> Result<()> {
        // The driver scrolls the page, but not what scrolls in it, and not out from under what lies in front.
        let listen = "window.hasArrived = false; \
                      if (arguments[0].getRootNode().host?.closest('dialog, .box')) arguments[0].scrollIntoView({ block: 'center' }); \
                      arguments[0].addEventListener('click', () => { window.hasArrived = true }, { capture: true, once: true });";
        eventually(&format!("{css} to press"), || async {
            let Some(found) = self.look_for(css).await? else { return Ok(None) };
            self.browser.run_script(listen, vec![found.to_json()?]).await?;
            found.click().await?;
            // On another page nothing is known of it: the press has led there.
            Ok((self.browser.run_script("return window.hasArrived;", Vec::new()).await? != Value::Bool(false))
                .then_some(()))
        })
        .await
    }

    /// What `css` finds in the widget, once it is there.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn wait_for_element(&self, css: &str) -> Result<WebElement> {
        eventually(&format!("{css} in the widget"), || self.look_for(css)).await
    }

    /// Runs `script` with the widget's element as its first argument.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn run_script(&self, script: &str) -> Result<Value> {
        let script = format!("const widget = document.querySelector(arguments[0]); {script}");
        self.browser.run_script(&script, vec![self.host.clone().into()]).await
    }

    async fn look_for(&self, css: &str) -> Result<Option<WebElement>> {
        let script = "return document.querySelector(arguments[0])?.shadowRoot?.querySelector(arguments[1]) ?? null;";
        self.browser.find_by_script(script, self.within(css)).await
    }

    fn within(&self, css: &str) -> Vec<Value> {
        vec![json!(self.host), json!(css)]
    }
}

fn photos_in(state: &str) -> String {
    format!(r#".photo[data-state="{state}"]"#)
}
