//! The per-user cache of tools. Each tool and version has a folder, which is complete or absent.
//!
//! The cache is outside the checkout, so it survives a `cargo clean` and serves other checkouts. Other files install the tools.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::file_tree::remove_folder;
use crate::progress::print_note;

/// The folder of a tool, named by tool and version, installing it first if it is not there.
///
/// `install` fills an empty folder that takes its final name only when all went well: a Ctrl-C half-way leaves nothing
/// that looks installed. Two commands at once install once; the second waits.
pub(crate) fn obtain_tool(name: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    tool_in(&folder()?.join("tools"), name, install)
}

/// The folder of a tool if it is there already.
pub(crate) fn find_tool(name: &str) -> Option<PathBuf> {
    Some(folder().ok()?.join("tools").join(name)).filter(|folder| folder.is_dir())
}

fn tool_in(tools: &Path, name: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let finished = tools.join(name);
    if finished.is_dir() {
        return Ok(finished);
    }
    fs::create_dir_all(tools)
        .with_context(|| format!("{} cannot be written; set XDG_CACHE_HOME to a folder that can", tools.display()))?;
    let _lock = lock_exclusively(&tools.join(format!(".{name}.lock")), &format!("installing {name}"))?;
    if finished.is_dir() {
        return Ok(finished);
    }
    // The lock is held, so these files are left from an interrupted install.
    let partial = tools.join(format!(".{name}.partial"));
    remove_folder(&partial)?;
    fs::create_dir(&partial).with_context(|| format!("{} cannot be created", partial.display()))?;
    if let Err(error) = install(&partial) {
        // The failure of the install is what matters; the next one clears the rest.
        let _ = remove_folder(&partial);
        return Err(error);
    }
    fs::rename(&partial, &finished).with_context(|| format!("{} cannot be put in place", finished.display()))?;
    Ok(finished)
}

/// Waits until no other command does the same; the system lets go of the lock when it is dropped or the process dies.
pub(crate) fn lock_exclusively(path: &Path, doing: &str) -> Result<File> {
    let file = File::create(path).with_context(|| format!("{} cannot be created", path.display()))?;
    if file.try_lock().is_err() {
        print_note(format_args!("Waiting for another command that is {doing}"));
        file.lock().with_context(|| format!("{} cannot be locked", path.display()))?;
    }
    Ok(file)
}

/// A mark that is the same for the same inputs. Another release of Rust may make another one, which costs one build.
pub(crate) fn input_hash(inputs: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    inputs.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn folder() -> Result<PathBuf> {
    let base = if let Some(xdg) = variable("XDG_CACHE_HOME") {
        xdg
    } else if cfg!(windows) {
        variable("LOCALAPPDATA").context("LOCALAPPDATA is not set, so there is no place for the tools")?
    } else {
        let home = variable("HOME").context("HOME is not set; set XDG_CACHE_HOME to a folder for the tools")?;
        home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" })
    };
    Ok(base.join("damage-report"))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("xtask-cache-{name}-{}", std::process::id()));
            remove_folder(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = remove_folder(&self.0);
        }
    }

    #[test]
    fn a_tool_is_installed_once() {
        let scratch = Scratch::new("once");
        let first = tool_in(&scratch.0, "saw-1.0", |folder| Ok(fs::write(folder.join("saw"), "")?)).unwrap();
        let second = tool_in(&scratch.0, "saw-1.0", |_| bail!("installed twice")).unwrap();
        assert_eq!(first, second);
        assert!(second.join("saw").is_file());
    }

    #[test]
    fn an_install_that_fails_leaves_nothing_that_looks_installed() {
        let scratch = Scratch::new("fails");
        let failed = tool_in(&scratch.0, "saw-1.0", |folder| {
            fs::write(folder.join("saw"), "")?;
            bail!("no network")
        });
        assert_eq!(failed.unwrap_err().to_string(), "no network");
        assert!(!scratch.0.join("saw-1.0").exists());
    }

    #[test]
    fn what_an_interrupted_install_left_behind_is_cleared_away() {
        let scratch = Scratch::new("interrupted");
        fs::create_dir_all(scratch.0.join(".saw-1.0.partial")).unwrap();
        fs::write(scratch.0.join(".saw-1.0.partial/half"), "").unwrap();
        let folder = tool_in(&scratch.0, "saw-1.0", |folder| Ok(fs::write(folder.join("saw"), "")?)).unwrap();
        assert!(!folder.join("half").exists());
    }

    #[test]
    fn a_stamp_changes_with_each_of_its_inputs() {
        assert_eq!(input_hash(&[b"module", b"1"]), input_hash(&[b"module", b"1"]));
        assert_ne!(input_hash(&[b"module", b"1"]), input_hash(&[b"module", b"2"]));
        assert_ne!(input_hash(&[b"module", b"1"]), input_hash(&[b"module1", b""]));
    }
}
