//! Collects the errors of a page with a script on it, for drivers that do not report them.
//!
//! The script starts once the page is loaded, which is before the widget starts. Only Chromium's driver reports earlier errors.

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
pub(crate) async fn listen_for_errors(driver: &WebDriver) -> Result<()> {
    driver.execute(LISTEN, Vec::new()).await.context("the page cannot be listened to").map(drop)
}

/// The errors since the last call.
pub(crate) async fn collected_errors(driver: &WebDriver) -> Result<Vec<String>> {
    // No page is taken for one on which nothing went wrong because nobody has listened to it.
    let heard = driver.execute("return window.wentWrong?.splice(0) ?? null;", Vec::new()).await?;
    let heard: Option<Vec<String>> = heard.convert()?;
    heard.context("this page was not listened to")
}
