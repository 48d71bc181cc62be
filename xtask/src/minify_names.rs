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
    let mut glue = minify_export_names(glue, said);
    let mut module = None;
    for line in said.lines() {
        if let [from, long, short] = *quoted(line) {
            glue = replaced_once(&glue, &format!("\n        {long}:"), &format!("\n        {short}:"))?;
            module = Some(from);
        }
    }
    match module {
        Some(module) => replaced_once(&glue, &format!("\"{module}\":"), "\"a\":"),
        None => Ok(glue),
    }
}

/// Writes what the module imports as arrow functions, which are shorter: none of them needs `this` or `arguments`. Those that may throw
/// are handed to one function instead of each calling it.
pub(crate) fn with_arrow_functions(glue: &str) -> String {
    let mut lines = vec![];
    for line in glue.lines() {
        if line.starts_with("function handleError(") {
            lines.push("const fallible = (f) => (...args) => handleError(f, args);".to_owned());
        }
        let member = line.strip_prefix("        ").and_then(|member| member.split_once(": function("));
        lines.push(match member {
            Some((name, rest)) if !name.starts_with(' ') => {
                let fallible =
                    rest.strip_prefix(") { return handleError(function (").and_then(|rest| rest.strip_suffix(") {"));
                match (fallible, rest.split_once(") {")) {
                    (Some(arguments), _) => format!("        {name}: fallible(({arguments}) => {{"),
                    (None, Some((arguments, rest))) => format!("        {name}: ({arguments}) => {{{rest}"),
                    (None, None) => line.to_owned(),
                }
            }
            _ if line == "        }, arguments); }," => "        }),".to_owned(),
            _ => line.to_owned(),
        });
    }
    lines.join("\n") + "\n"
}

/// Gives a part of the glue the names of what the module exports, as [`minify_glue_names`] does, and leaves the others alone.
pub(crate) fn minify_export_names(glue: &str, said: &str) -> String {
    // Some of what is exported is for other tools, and nowhere in the glue.
    renamed_exports(said).iter().fold(glue.to_owned(), |glue, (long, short)| {
        replaced_whole(&glue, &format!("wasm.{long}"), &format!("wasm.{short}"))
    })
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
    fn what_the_module_imports_becomes_arrow_functions() {
        let glue = "
    const import0 = {
        __wbg_now: function() { return performance.now() },
        __wbg_race: function(arg0) {
            return all.map(function(one) { return one(arg0); });
        },
        __wbg_get: function() { return handleError(function (arg0, arg1) {
            return arg0.get(arg1);
        }, arguments); },
    };
function handleError(f, args) {
}
";
        let expected = "
    const import0 = {
        __wbg_now: () => { return performance.now() },
        __wbg_race: (arg0) => {
            return all.map(function(one) { return one(arg0); });
        },
        __wbg_get: fallible((arg0, arg1) => {
            return arg0.get(arg1);
        }),
    };
const fallible = (f) => (...args) => handleError(f, args);
function handleError(f, args) {
}
";
        assert_eq!(with_arrow_functions(glue), expected);
    }

    #[test]
    fn a_name_that_is_not_where_it_should_be_stops_the_build() {
        assert!(minify_glue_names(GLUE, r#"["./widget_bg.js", "__wbg_gone_1b2c", "a"]"#).is_err());
        assert!(minify_glue_names(&GLUE.repeat(2), r#"["./widget_bg.js", "__wbg_now_1b2c", "a"]"#).is_err());
    }
}
