use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use super::*;
use crate::javascript::{compare, not_bundled};

const TYPES: &str = "export interface Store {
  line: string;
  save(answers: string, at: number): Promise<void>;
}
export interface Mounted { unmount(): void }
";

const GLOBALS: &str = "declare module \"glue\" {
  export function mount(line: string): import(\"./types.d.ts\").Mounted;
}
";

const SCRIPT: &str = "
/** @param {string} line */
export function openStore(line) {
  return line;
}
export class Clock {
  /** @param {number} ms */
  async pass(ms) {
    return ms;
  }
}
";

const RUST: &str = r#"
#[wasm_bindgen]
extern "C" {
    pub type Store;
    #[wasm_bindgen(method, getter)]
    fn line(this: &Store) -> String;
    #[wasm_bindgen(method, catch, js_name = save)]
    async fn save_answers(this: &Store, answers: &str, at: f64) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/js/script.js")]
extern "C" {
    type Clock;
    #[wasm_bindgen(constructor)]
    fn new() -> Clock;
    #[wasm_bindgen(method)]
    async fn pass(this: &Clock, ms: u32);
    #[wasm_bindgen(js_name = openStore)]
    fn open_store(line: &str) -> String;
}

#[wasm_bindgen]
pub struct Mounted;

#[wasm_bindgen]
pub fn mount(line: String) -> Mounted {}

#[wasm_bindgen]
impl Mounted {
    pub fn unmount(self) {}
}
"#;

/// The complaints about a project in which `old` is replaced by `new` in the file that has it.
fn messages(old: &str, new: &str) -> Vec<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let root = env::temp_dir().join(format!("damage-report-bindings-{}-{number}", process::id()));
    let planted = |text: &str| if old.is_empty() { text.to_owned() } else { text.replace(old, new) };
    fs::create_dir_all(root.join("js")).unwrap();
    let settings = r#"{ "compilerOptions": { "strict": true, "noEmit": true, "allowJs": true, "checkJs": true, "types": [],
        "allowImportingTsExtensions": true, "moduleResolution": "bundler", "module": "esnext", "target": "esnext" } }"#;
    fs::write(root.join("js/tsconfig.json"), settings).unwrap();
    fs::write(root.join("js/globals.d.ts"), GLOBALS).unwrap();
    fs::write(root.join("js/types.d.ts"), planted(TYPES)).unwrap();
    fs::write(root.join("js/script.js"), planted(SCRIPT)).unwrap();
    let file = (PathBuf::from("src/element.rs"), planted(RUST));
    let bindings = Bindings::from_rust(&[file], &planted(TYPES)).unwrap();
    let messages = compare(&bindings, &root, &root.join("target")).unwrap();
    fs::remove_dir_all(root).unwrap();
    messages
}

#[test]
fn rust_and_javascript_that_agree_pass() {
    assert_eq!(messages("", ""), [""; 0]);
}

#[test]
fn a_name_that_changes_on_one_side_only_is_refused_with_its_place_in_rust() {
    for (old, new, place) in [
        ("fn line(", "fn lines(", "src/element.rs:6: "),
        ("js_name = save)", "js_name = store)", "src/element.rs:8: "),
        ("  line: string", "  orderLine: string", "src/element.rs:6: "),
        ("function openStore", "function makeStore", "src/element.rs:19: "),
        ("  async pass(", "  async passes(", "src/element.rs:17: "),
        ("pub fn unmount", "pub fn end", "src/element.rs:29: "),
        ("pub fn mount(", "pub fn begin(", "src/element.rs:26: "),
    ] {
        let messages = messages(old, new);
        assert!(messages.iter().any(|message| message.starts_with(place)), "{new}: {messages:?}");
    }
}

#[test]
fn a_type_that_changes_on_one_side_only_is_refused() {
    for (old, new) in [
        ("-> String;\n    #[wasm_bindgen(method, catch", "-> f64;\n    #[wasm_bindgen(method, catch"),
        ("at: f64", "at: &str"),
        ("answers: string, at: number", "answers: string, at: number, kind: string"),
        ("@param {number} ms", "@param {string} ms"),
    ] {
        assert!(!messages(old, new).is_empty(), "{new}");
    }
}

#[test]
fn a_type_without_a_counterpart_is_refused() {
    let file = (PathBuf::from("a.rs"), RUST.replace("Store", "Shelf"));
    let refusal = Bindings::from_rust(&[file], TYPES).unwrap_err().to_string();
    assert!(refusal.contains("a.rs") && refusal.contains("Shelf"), "{refusal}");
}

#[test]
fn a_module_of_a_test_that_is_no_bundle_is_named() {
    let file = |module: &str| (PathBuf::from("tests/browser/a.rs"), RUST.replace("/js/script.js", module));
    let missing = |module| {
        let bindings = Bindings::from_rust(&[file(module)], TYPES).unwrap();
        not_bundled(&bindings, &["/target/browser-tests/js/script.js".to_owned()])
    };
    assert!(missing("/target/browser-tests/js/script.js").is_empty());
    assert_eq!(missing("/js/script.js"), ["tests/browser/a.rs: /js/script.js"]);
}
