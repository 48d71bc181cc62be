//! Makes a whole report on a page that somebody else serves: `embedded http://127.0.0.1:3000`, with the same environment as
//! the journeys. `cargo xtask embed` runs it on apps that are as new as the command that makes them.

use std::env;

use anyhow::{Context as _, Result, ensure};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    pages::{ReportWidget, WidgetPage},
    wait::eventually,
};

const OPENING: &str = r#"button[part="opening"]"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let address = env::args().nth(1).context("say where the page is")?;
    let browser = Browser::open(&Environment::read()?, Screen::Phone).await?;
    let outcome = report_on(&browser, &address).await;
    browser.close().await;
    println!("{address}: reported as {}", outcome?);
    Ok(())
}

async fn report_on(browser: &Browser, address: &str) -> Result<String> {
    browser.visit(address).await?;
    let listen = "const { log } = console; window.logged = []; \
                  console.log = (...words) => (logged.push(JSON.stringify(words)), log(...words));";
    browser.run_script(listen, Vec::new()).await?;
    let report = ReportWidget::new(browser, "damage-report".to_owned());
    report.run_script("widget.setAttribute('lang', 'nl');").await?;
    report.press_element(OPENING).await?;
    report.wait_for_page(WidgetPage::Start).await?;
    // The page's own button, which is the docs'.
    let close = "[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Close').click();";
    browser.run_script(close, Vec::new()).await?;
    report.wait_until_gone("form").await?;
    report.wait_for_focus_on(OPENING).await?;
    report.press_element(OPENING).await?;
    report.wait_for_page(WidgetPage::Start).await?;
    report.go_on_to(WidgetPage::Check).await?;
    let reference = report.send_claim().await?;
    // The page's own listener, which is the docs': it logs the reference.
    eventually("the page to hear of it", || async {
        let logged = browser.run_script("return logged;", Vec::new()).await?;
        Ok(logged.to_string().contains(&reference).then_some(()))
    })
    .await?;
    let errors = browser.console_errors().await?;
    ensure!(errors.is_empty(), "the console says {errors:?}");
    Ok(reference)
}
