//! Removes exports of the module and of its glue that nothing calls.
//!
//! Every tool after wasm-bindgen treats an export as used. A function in the module's table stays nevertheless, so
//! `crates/wasm-streams-stub` replaces a crate that exports whole classes.

/// The exports of the glue that the widget's scripts import, in addition to the function that starts it.
const ASKED_FOR: [&str; 1] = ["mount"];

/// The glue with the requested exports only.
pub(crate) fn remove_unused_exports(glue: &str) -> String {
    let mut glue = glue.replace("export { initSync, __wbg_init as default };", "export { __wbg_init as default };");
    // The element always says where the module is; bundlers would look for it here as well.
    glue = cut(&glue, "    if (module_or_path === undefined) {\n", "\n    }\n");
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
fn names_after(text: &str, before: &str) -> Vec<String> {
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
export { initSync, __wbg_init as default };
";

    #[test]
    fn only_what_is_asked_for_is_offered() {
        let glue = remove_unused_exports(GLUE);
        assert!(glue.contains("\nexport function mount(") && !glue.contains("start"), "{glue}");
        assert!(glue.contains("export { __wbg_init as default };"), "{glue}");
    }

    #[test]
    fn the_module_is_told_what_the_glue_calls() {
        let calls = reachability_graph("wasm.mount(wasm.memory.buffer)", &["mount".into()]);
        let expected = "[{\"name\": \"glue\", \"root\": true, \"reaches\": [\"memory\", \"mount\"]},\n\
                        {\"name\": \"memory\", \"export\": \"memory\"},\n{\"name\": \"mount\", \"export\": \"mount\"}]\n";
        assert_eq!(calls, expected);
    }
}
