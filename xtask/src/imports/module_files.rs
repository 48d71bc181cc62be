//! Finds the file of a module.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Returns the text of a file, or `None` if the file does not exist.
pub(super) type Read<'a> = &'a dyn Fn(&Path) -> Result<Option<String>>;

/// The file of `mod name;`, which stands in `file` whose children lie in `folder`.
pub(super) fn find_module(
    name: &str,
    told: Option<&str>,
    file: &Path,
    folder: &Path,
    read: Read<'_>,
) -> Result<(PathBuf, String)> {
    let candidates = match told {
        Some(told) => vec![file.parent().unwrap_or(Path::new("")).join(told)],
        None => vec![folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")],
    };
    for candidate in candidates {
        if let Some(source) = read(&candidate)? {
            return Ok((candidate, source));
        }
    }
    bail!("{} declares the module {name}, and there is no file of it", file.display())
}

pub(super) fn folder_of_children(file: &Path) -> PathBuf {
    if file.ends_with("mod.rs") { file.parent().unwrap_or(file).to_path_buf() } else { file.with_extension("") }
}
