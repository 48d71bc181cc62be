//! Shortens the names by which the module and its glue call each other.
//!
//! The names of wasm-bindgen have some forty letters with a digest in them, which hardly compress: a tenth of the module's
//! transfer size. wasm-opt renames them in the module and prints how; this file renames them in the glue.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

/// Gives `glue` the names that wasm-opt `said` it gave: a line for each, `["./widget_bg.js", "__wbg_now_1b2c", "a"]` for
/// what the module imports and `["memory", "b"]` for what it exports. All modules it imports from are called `a` from now on.
///
/// # Errors
///
/// When the glue does not have a name just where wasm-bindgen has always put it: a glue that is half renamed would break
/// at the customer's.
pub(crate) fn minify_glue_names(glue: &str, said: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    let mut module = None;
    for line in said.lines() {
        match *quoted(line) {
            [from, long, short] => {
                glue = replaced_once(&glue, &format!("\n        {long}:"), &format!("\n        {short}:"))?;
                module = Some(from);
            }
            [long, short] => {
                // Some of what is exported is for other tools, and nowhere in the glue.
                glue = replaced_whole(&glue, &format!("wasm.{long}"), &format!("wasm.{short}"));
            }
            _ => {}
        }
    }
    match module {
        Some(module) => replaced_once(&glue, &format!("\"{module}\":"), "\"a\":"),
        None => Ok(glue),
    }
}

/// The names that what the module exports had before, each with the one it has now.
pub(crate) fn renamed_exports(said: &str) -> BTreeMap<String, String> {
    let pairs = said.lines().filter_map(|line| match *quoted(line) {
        [long, short] => Some((long.to_owned(), short.to_owned())),
        _ => None,
    });
    pairs.collect()
}

fn quoted(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

fn replaced_once(text: &str, before: &str, after: &str) -> Result<String> {
    let count = text.matches(before).count();
    ensure!(count == 1, "{:?} stands {count} times in the glue, and not once", before.trim());
    Ok(text.replacen(before, after, 1))
}

/// Replaces `before` wherever no longer name begins with it.
fn replaced_whole(text: &str, before: &str, after: &str) -> String {
    let mut parts = text.split(before);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let goes_on = part.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '$'));
        replaced.push_str(if goes_on { before } else { after });
        replaced.push_str(part);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "
    const import0 = {
        __proto__: null,
        __wbg_now_1b2c: function() { return wasm.free(performance.now()) },
        __wbg_now_1b2c3d: function() { return wasm.free_all(0) },
    };
    return { __proto__: null, \"./widget_bg.js\": import0 };";

    #[test]
    fn the_glue_follows_the_module_name_by_name() {
        let said = r#"{
            "imports": [
              ["./widget_bg.js", "__wbg_now_1b2c", "a"],
              ["./widget_bg.js", "__wbg_now_1b2c3d", "b"]
            ],
            "exports": [
              ["free", "c"],
              ["free_all", "d"]
            ]
        }"#;
        let expected = "
    const import0 = {
        __proto__: null,
        a: function() { return wasm.c(performance.now()) },
        b: function() { return wasm.d(0) },
    };
    return { __proto__: null, \"a\": import0 };";
        assert_eq!(minify_glue_names(GLUE, said).unwrap(), expected);
    }

    #[test]
    fn a_name_that_is_not_where_it_should_be_stops_the_build() {
        assert!(minify_glue_names(GLUE, r#"["./widget_bg.js", "__wbg_gone_1b2c", "a"]"#).is_err());
        assert!(minify_glue_names(&GLUE.repeat(2), r#"["./widget_bg.js", "__wbg_now_1b2c", "a"]"#).is_err());
    }
}
