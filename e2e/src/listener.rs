//! Collects the errors of a page where the driver does not: a script on the page listens.
//!
//! From when it has loaded, which is before the widget starts. Earlier errors are heard in Chromium only.

use anyhow::{Context as _, Result};
use thirtyfour::WebDriver;

const LISTEN: &str = "
    const wrong = (window.wentWrong = []);
    const { error } = console;
    console.error = (...words) => {
        wrong.push(words.map(String).join(' '));
        error.apply(console, words);
    };
    addEventListener('error', ({ message }) => wrong.push(String(message)));
    addEventListener('unhandledrejection', ({ reason }) => wrong.push(String(reason)));
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        wrong.push(`${effectiveDirective} keeps ${blockedURI} out`));";

/// Begins to listen.
pub(crate) async fn listen(driver: &WebDriver) -> Result<()> {
    driver.execute(LISTEN, Vec::new()).await.context("the page cannot be listened to").map(drop)
}

/// The errors since the last call.
pub(crate) async fn errors(driver: &WebDriver) -> Result<Vec<String>> {
    // No page is taken for one on which nothing went wrong because nobody has listened to it.
    let heard = driver.execute("return window.wentWrong?.splice(0) ?? null;", Vec::new()).await?;
    let heard: Option<Vec<String>> = heard.convert()?;
    heard.context("this page was not listened to")
}
