//! The part of wasm-bindgen's glue that only the second module uses. It comes with the report (`js/host-page.js`).
//!
//! wasm-bindgen knows one module, and writes one file of glue. The functions that only the second module imports are cut out here, with
//! those that only they need. The rest of those functions, and the first module, are handed over when the modules are linked.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

/// The glue in two parts.
#[derive(Debug)]
pub(crate) struct Glue {
    /// The first module's, with a function `shared` that gives what the report's part needs of it.
    pub(crate) first: String,
    /// The report's: a function `reportImports` that takes this, and gives what the second module imports.
    pub(crate) report: String,
}

/// How the length of what was last written to memory is handed over: it changes.
const LENGTH: &str = "WASM_VECTOR_LEN";

/// Cuts the functions `imported` out of `glue`: each by the name that wasm-bindgen gave it, and the name by which it is imported now.
///
/// # Errors
///
/// When the glue is not laid out as wasm-bindgen has always done it.
pub(crate) fn cut_glue(glue: &str, imported: &[(String, String)]) -> Result<Glue> {
    let (mut first, mut functions) = (glue.to_owned(), String::new());
    for (name, short) in imported {
        let function = cut_member(&mut first, name).with_context(|| format!("The glue has no function {name}"))?;
        functions.push_str(&format!("\n        {short}: {function}"));
    }
    let (mut own, mut shared, mut needed) = (String::new(), BTreeSet::new(), names_in(&functions));
    while let Some(name) = needed.pop_first() {
        let Some(declaration) = declaration_of(&first, &name) else { continue };
        let stays = declaration.contains(LENGTH)
            || !declaration.trim_start().starts_with("function")
            || names_in(&first.replacen(declaration, "", 1)).contains(&name);
        if stays {
            shared.insert(name);
        } else {
            let declaration = declaration.to_owned();
            first = first.replacen(&declaration, "", 1);
            needed.extend(names_in(&declaration).into_iter().filter(|name| !shared.contains(name)));
            own.push_str(&declaration);
        }
    }
    ensure!(!names_in(&own).contains(LENGTH), "The report's glue sets {LENGTH}");
    let functions = functions.replace(&format!("= {LENGTH};"), "= lengthWritten();");
    ensure!(!names_in(&functions).contains(LENGTH), "The report's glue uses {LENGTH} otherwise than at once");
    shared.remove(LENGTH);
    let shared: Vec<_> = shared.into_iter().collect();
    let shared = shared.join(", ");
    first.push_str(&format!("\nexport const shared = () => [() => {LENGTH}, {shared}];\n"));
    let report = format!(
        "export const reportImports = (lengthWritten, {shared}) => {{\n{own}\n    return {{{functions}\n    }};\n}};\n"
    );
    Ok(Glue { first, report })
}

/// The glue of modules between which none has moved.
pub(crate) fn whole_glue(glue: &str) -> Glue {
    Glue {
        first: format!("{glue}\nexport const shared = () => [];\n"),
        report: "export const reportImports = () => ({});\n".to_owned(),
    }
}

/// Cuts the member `name` out of the object of imports, and returns its value with the comma behind it.
fn cut_member(glue: &mut String, name: &str) -> Option<String> {
    let begin = format!("\n        {name}: ");
    let from = glue.find(&begin)?;
    let value = from + begin.len();
    let last_line = value + glue[value..].find("\n        }")? + 1;
    let to = last_line + glue[last_line..].find('\n')?;
    let taken = glue[value..to].to_owned();
    glue.replace_range(from..to, "");
    taken.ends_with(',').then_some(taken)
}

/// The declaration of a name at the top of the script: a function to its closing brace, a variable to the end of its line.
fn declaration_of<'a>(script: &'a str, name: &str) -> Option<&'a str> {
    let function = [format!("\nfunction {name}("), format!("\nasync function {name}(")];
    if let Some(from) = function.iter().find_map(|begin| script.find(begin)) {
        let to = from + script[from..].find("\n}\n")? + "\n}".len();
        return Some(&script[from..to]);
    }
    let variable = script.lines().find(|line| {
        let names = line.strip_prefix("let ").or_else(|| line.strip_prefix("const "));
        names.is_some_and(|names| names_in(names.split(" = ").next().unwrap_or_default()).contains(name))
    });
    variable.filter(|line| !line.is_empty())
}

/// The words in a script that may be names of it, and not of a property.
fn names_in(script: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let mut names = BTreeSet::new();
    let mut rest = script;
    while let Some(from) = rest.find(is_part) {
        let is_property = rest[..from].ends_with('.') && !rest[..from].ends_with("...");
        let word = rest[from..].split(|letter| !is_part(letter)).next().unwrap_or_default();
        if !is_property && !word.starts_with(|first: char| first.is_ascii_digit()) {
            names.insert(word.to_owned());
        }
        rest = &rest[from + word.len()..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_now_1b2c: function() {
            return getText(performance.now());
        },
        __wbg_write_1b2c: function(arg0, arg1) {
            const ptr1 = passText(getText(arg1), wasm.malloc);
            const len1 = WASM_VECTOR_LEN;
            half(ptr1, len1);
        },
        __wbg_try_1b2c: function() { return handleError(function (arg0) {
            arg0.try();
        }, arguments); },
    };
}
function half(one, other) {
    getView().set(twice(one), other);
}
function twice(number) {
    return 2 * number;
}
function passText(text, malloc) {
    WASM_VECTOR_LEN = text.length;
    return malloc(text);
}
function getText(number) {
    return getView().text(number);
}
let view = null;
function getView() {
    return view ??= new View(wasm.memory);
}
let WASM_VECTOR_LEN = 0;
let wasmModule, wasm;
";

    #[test]
    fn what_only_the_report_imports_is_cut_out_with_the_functions_that_only_this_needs() {
        let imported = [("__wbg_write_1b2c", "a"), ("__wbg_try_1b2c", "b")];
        let imported = imported.map(|(name, short)| (name.to_owned(), short.to_owned()));
        let Glue { first, report } = cut_glue(GLUE, &imported).unwrap();
        for gone in ["__wbg_write", "__wbg_try", "function half", "function twice"] {
            assert!(!first.contains(gone), "{gone}: {first}");
        }
        assert!(first.contains("__wbg_now_1b2c: function() {"), "{first}");
        assert!(
            first.ends_with("export const shared = () => [() => WASM_VECTOR_LEN, getText, getView, passText, wasm];\n"),
            "{first}"
        );
        assert!(
            report.starts_with("export const reportImports = (lengthWritten, getText, getView, passText, wasm) => {"),
            "{report}"
        );
        assert!(report.contains("\n            arg0.try();\n        }, arguments); },\n    };\n};\n"), "{report}");
        assert!(
            report.contains("a: function(arg0, arg1) {") && report.contains("const len1 = lengthWritten();"),
            "{report}"
        );
        assert!(report.contains("function half(") && report.contains("function twice("), "{report}");
    }

    #[test]
    fn a_function_that_is_not_where_it_should_be_stops_the_build() {
        let refusal = cut_glue(GLUE, &[("__wbg_gone_1b2c".into(), "a".into())]).unwrap_err();
        assert_eq!(refusal.to_string(), "The glue has no function __wbg_gone_1b2c");
    }

    #[test]
    fn a_length_that_is_not_read_at_once_stops_the_build() {
        let glue = GLUE.replace("const len1 = WASM_VECTOR_LEN;", "const len1 = 1 + WASM_VECTOR_LEN;");
        assert!(cut_glue(&glue, &[("__wbg_write_1b2c".into(), "a".into())]).is_err());
    }
}
