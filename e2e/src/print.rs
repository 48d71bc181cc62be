//! The text of a printed page: printed by Chromium, and the text that is read out of the PDF.
//!
//! The browser's own PDF is simple enough to be read by the browser: its fonts say which letter each glyph is.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::browser::Browser;

/// Gives the text of a PDF in base64, without spaces: what is between words is a distance, not a letter.
const READ: &str = r"
    const bytes = Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));
    const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    const pdf = latin(bytes);
    const inflate = async (part) => {
        const stream = new Blob([part]).stream().pipeThrough(new DecompressionStream('deflate'));
        return latin(new Uint8Array(await new Response(stream).arrayBuffer()));
    };
    return (async () => {
        const streams = [];
        for (const { index, 0: head } of pdf.matchAll(/\/Length (\d+)[^]{0,80}?stream\r?\n/g)) {
            const from = index + head.length;
            const length = Number(head.match(/\d+/)[0]);
            try { streams.push(await inflate(bytes.subarray(from, from + length))); } catch { /* a picture */ }
        }
        const letters = {};
        const hex = (digits) => parseInt(digits, 16);
        for (const stream of streams) {
            for (const [, one] of stream.matchAll(/beginbfchar([^]*?)endbfchar/g)) {
                for (const [, glyph, letter] of one.matchAll(/<(\w+)> <(\w+)>/g)) letters[hex(glyph)] = String.fromCharCode(hex(letter));
            }
            for (const [, some] of stream.matchAll(/beginbfrange([^]*?)endbfrange/g)) {
                for (const [, first, last, letter] of some.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
                    for (let glyph = hex(first); glyph <= hex(last); glyph++) letters[glyph] = String.fromCharCode(hex(letter) + glyph - hex(first));
                }
            }
        }
        const shown = streams.filter((stream) => /\bBT\b/.test(stream));
        const read = (stream) => [...stream.matchAll(/<(\w+)>/g)].flatMap(([, glyphs]) => glyphs.match(/.{4}/g) ?? []);
        return shown.map((stream) => read(stream).map((glyph) => letters[hex(glyph)] ?? '').join('')).join('').replace(/\s/g, '');
    })();";

/// The text of the page as it is printed on A4, without spaces.
///
/// # Errors
///
/// When the browser prints nothing.
pub async fn printed_text(browser: &Browser) -> Result<String> {
    let printed =
        browser.send_devtools_command("Page.printToPDF", json!({ "paperWidth": 8.27, "paperHeight": 11.69 })).await?;
    let pdf = printed["data"].as_str().context("there is no PDF")?;
    let text = browser.run_script(READ, vec![Value::from(pdf)]).await?;
    Ok(text.as_str().context("there is no text on it")?.to_owned())
}
