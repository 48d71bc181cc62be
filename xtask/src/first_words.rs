//! The words of the first page: which keys of `locales/` the first module uses. The other words come with the report, in a file of
//! their own (`npm/pack.mjs`).
//!
//! A key is a text in the code, so it stands in the module's data. A key that the code joins, such as `start.need.` with the name of a
//! subject, is found by its beginning. A word too many costs some bytes, and one too few would be missed by the customer: so a
//! key counts as used wherever its text stands.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};
use wasmparser::{DataKind, Parser, Payload};

/// The words that `js/report.js` asks for.
const USED_BY_SCRIPTS: [&str; 2] = ["opening", "opening_resume"];

/// The keys of the words in the JSON file `language` that `module` uses, as a JSON array.
///
/// # Errors
///
/// When one of the two cannot be read, or when the module uses all words or none: then it is not the first of two.
pub(crate) fn first_words(module: &Path, language: &Path) -> Result<String> {
    let read = |file: &Path| fs::read(file).with_context(|| format!("{} cannot be read", file.display()));
    let words: Map<String, Value> =
        serde_json::from_slice(&read(language)?).with_context(|| format!("{} is no language", language.display()))?;
    let data = data_of(&read(module)?)?;
    let keys: Vec<_> = words.keys().map(String::as_str).collect();
    let used = used_keys(&keys, &data);
    ensure!(
        !used.is_empty() && used.len() < keys.len(),
        "The first module uses {} of {} words",
        used.len(),
        keys.len()
    );
    Ok(serde_json::to_string(&used)?)
}

/// The initial memory of a module.
fn data_of(module: &[u8]) -> Result<Vec<u8>> {
    let mut data = vec![];
    for payload in Parser::new(0).parse_all(module) {
        let Payload::DataSection(section) = payload? else { continue };
        for segment in section {
            let segment = segment?;
            // Neighbours in the section need not be neighbours in memory.
            if let DataKind::Active { .. } = segment.kind {
                data.extend(segment.data);
                data.push(0);
            }
        }
    }
    Ok(data)
}

/// The `keys` that stand in `data`, or whose beginning does where no key follows.
fn used_keys<'a>(keys: &[&'a str], data: &[u8]) -> Vec<&'a str> {
    let data = String::from_utf8_lossy(data);
    let is_used = |key: &&&str| USED_BY_SCRIPTS.contains(key) || data.contains(**key) || is_joined(key, keys, &data);
    keys.iter().filter(is_used).copied().collect()
}

/// Whether a beginning of `key`, up to one of its dots, stands somewhere in `data` and is not the beginning of a whole key there.
fn is_joined(key: &str, keys: &[&str], data: &str) -> bool {
    key.match_indices('.').any(|(dot, _)| {
        let beginning = &key[..=dot];
        let is_whole = |place| keys.iter().any(|key| key.starts_with(beginning) && data[place..].starts_with(key));
        data.match_indices(beginning).any(|(place, _)| !is_whole(place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 6] = ["back", "start.title", "start.need.label", "photos.full", "photos.kept", "wish.none"];

    #[test]
    fn a_key_is_used_where_its_text_stands() {
        assert_eq!(used_keys(&KEYS, b"\0start.titlefeedback\0"), ["back", "start.title"]);
        assert_eq!(used_keys(&KEYS, b"photos.full, photos.kept"), ["photos.full", "photos.kept"]);
        assert!(used_keys(&KEYS, b"photos wish").is_empty());
    }

    #[test]
    fn a_key_that_the_code_joins_is_used_where_its_beginning_stands() {
        assert_eq!(used_keys(&KEYS, b"wish.noneXstart.need.counted"), ["start.title", "start.need.label", "wish.none"]);
        assert_eq!(used_keys(&KEYS, b"photos.\0photos.kept"), ["photos.full", "photos.kept"]);
    }

    #[test]
    fn the_words_on_the_button_are_the_scripts() {
        let script = include_str!("../../js/report.js");
        for key in USED_BY_SCRIPTS {
            assert!(script.contains(&format!("\"{key}\"")), "js/report.js does not ask for {key}");
            assert_eq!(used_keys(&[key, "back"], b""), [key]);
        }
        assert_eq!(script.matches("essages[").count(), 1, "js/report.js asks for other words as well");
    }

    #[test]
    fn a_module_that_uses_all_words_or_none_is_not_the_first_of_two() {
        let folder = std::env::temp_dir().join(format!("xtask-first-words-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (module, language) = (folder.join("module.wasm"), folder.join("nl.json"));
        fs::write(&language, r#"{"start.title": "Begin", "back": {"one": "Terug"}}"#).unwrap();
        let with_data = |data: &str| {
            let mut sections = wasm_encoder::DataSection::new();
            sections.active(0, &wasm_encoder::ConstExpr::i32_const(8), data.bytes());
            let mut written = wasm_encoder::Module::new();
            written.section(&sections);
            fs::write(&module, written.finish()).unwrap();
            first_words(&module, &language)
        };
        assert_eq!(with_data("start.title").unwrap(), r#"["start.title"]"#);
        for data in ["", "start.title back"] {
            assert!(with_data(data).unwrap_err().to_string().contains("of 2 words"), "{data}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
