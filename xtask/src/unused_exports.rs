//! Removes exports of the module and of its glue that nothing calls.
//!
//! Every tool after wasm-bindgen treats an export as used. A function in the module's table stays nevertheless, so
//! `crates/wasm-streams-stub` replaces a crate that exports whole classes.

use anyhow::{Result, ensure};

/// The exports of the glue that the widget's scripts import, in addition to those of [`without_loader`].
const ASKED_FOR: [&str; 1] = ["mount"];

/// The functions of the glue that load the module.
const LOADER: [&str; 4] = [
    "async function __wbg_load(",
    "function initSync(",
    "async function __wbg_init(",
    "async function __wbg_init_once(",
];

/// The glue without its way to load the module, which serves every bundler and every way to give a module. `js/modules.js` has ours,
/// which asks the glue for the imports and hands it the instance.
///
/// # Errors
///
/// When the glue exports other things than it always has.
pub(crate) fn without_loader(glue: &str) -> Result<String> {
    let exports = "export { initSync, __wbg_init as default };";
    ensure!(glue.contains(exports), "The glue does not have: {exports}");
    let loaded = LOADER.iter().fold(glue.to_owned(), |glue, function| cut(&glue, function, "\n}\n"));
    let ours = "export { __wbg_get_imports as getImports, __wbg_finalize_init as begin };";
    Ok(loaded.replace("let __wbg_init_promise;\n", "").replace(exports, ours))
}

/// The glue with the requested exports only.
pub(crate) fn remove_unused_exports(glue: &str) -> String {
    let mut glue = glue.to_owned();
    for name in names_after(&glue, "\nexport function ") {
        if !ASKED_FOR.contains(&name.as_str()) {
            // The glue itself goes to the module, not through these.
            glue = cut(&glue, &format!("export function {name}("), "\n}\n");
        }
    }
    glue
}

/// What `glue` calls in the module, and what is `used` of it besides, as wasm-metadce wants to be told it: everything else may
/// go.
pub(crate) fn reachability_graph(glue: &str, used: &[String]) -> String {
    let mut called = [names_after(glue, "wasm."), used.to_vec()].concat();
    called.sort();
    called.dedup();
    let reached: Vec<String> = called.iter().map(|name| format!("\"{name}\"")).collect();
    let nodes = called.iter().map(|name| format!(",\n{{\"name\": \"{name}\", \"export\": \"{name}\"}}"));
    let nodes: String = nodes.collect();
    format!("[{{\"name\": \"glue\", \"root\": true, \"reaches\": [{}]}}{nodes}]\n", reached.join(", "))
}

/// The names that follow `before`, wherever it stands.
pub(crate) fn names_after(text: &str, before: &str) -> Vec<String> {
    let name = |rest: &str| rest.chars().take_while(|next| next.is_alphanumeric() || *next == '_').collect();
    text.split(before).skip(1).map(name).collect()
}

/// `text` without the part from `begin` to `end`, both included, if it has that part.
fn cut(text: &str, begin: &str, end: &str) -> String {
    let Some((before, rest)) = text.split_once(begin) else { return text.to_owned() };
    let after = rest.split_once(end).map_or("", |(_, after)| after);
    [before, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "export class Mounted {
    unmount() {
        wasm.mounted_unmount(this.ptr);
    }
}
if (Symbol.dispose) Mounted.prototype[Symbol.dispose] = Mounted.prototype.free;

export function mount(container) {
    return Mounted.__wrap(wasm.mount(container));
}

export function start() {
    wasm.start();
}
function initSync(module) {
    return new WebAssembly.Module(module);
}
let __wbg_init_promise;
async function __wbg_init(module_or_path) {
    return __wbg_load(module_or_path);
}
async function __wbg_load(module, imports) {
    return fetch(module);
}
export { initSync, __wbg_init as default };
";

    #[test]
    fn only_what_is_asked_for_is_offered() {
        let glue = remove_unused_exports(GLUE);
        assert!(glue.contains("\nexport function mount(") && !glue.contains("start"), "{glue}");
    }

    #[test]
    fn the_module_is_loaded_by_our_own_script() {
        let glue = without_loader(GLUE).unwrap();
        assert!(glue.contains("\nexport function mount("), "{glue}");
        assert!(!["__wbg_load", "__wbg_init", "initSync", "fetch"].iter().any(|gone| glue.contains(gone)), "{glue}");
        assert!(
            glue.ends_with("export { __wbg_get_imports as getImports, __wbg_finalize_init as begin };\n"),
            "{glue}"
        );
        assert!(without_loader(&glue).is_err(), "a glue that exports something else stops the build");
    }

    #[test]
    fn the_module_is_told_what_the_glue_calls() {
        let calls = reachability_graph("wasm.mount(wasm.memory.buffer)", &["mount".into()]);
        let expected = "[{\"name\": \"glue\", \"root\": true, \"reaches\": [\"memory\", \"mount\"]},\n\
                        {\"name\": \"memory\", \"export\": \"memory\"},\n{\"name\": \"mount\", \"export\": \"mount\"}]\n";
        assert_eq!(calls, expected);
    }
}
