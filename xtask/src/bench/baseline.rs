//! The widget of November 2026, which the bench measures in the same run as today's: it is built once, from the history.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::cache::{find_tool, obtain_tool};
use crate::file_tree::{remove_file, remove_folder};
use crate::process::{run_fetching, run_program};
use crate::progress::{print_note, run_step};
use crate::workspace::Workspace;

/// The last commit before the faults in `docs/faults.md` were mended.
const COMMIT: &str = "ad9a6c845f16fa584eb86c2ed74c15c8739120f2";

/// The folder of its widget, which is built first if it is not there. `None` if the history does not reach so far back.
pub(super) fn obtain_baseline(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let name = format!("baseline-{COMMIT}");
    if let Some(built) = find_tool(&name) {
        return Ok(Some(built));
    }
    if !has_commit(workspace.root(), COMMIT) {
        print_note(format_args!(
            "The history here does not reach back to commit {}, so the widget of November 2026 is not measured. \
             `git fetch --unshallow` brings the rest of a shallow history",
            &COMMIT[..7]
        ));
        return Ok(None);
    }
    run_step("Building the widget of November 2026, once", || {
        obtain_tool(&name, |folder| build_widget(workspace.root(), folder))
    })
    .map(Some)
}

fn has_commit(root: &Path, commit: &str) -> bool {
    let mut git = Command::new("git");
    git.args(["cat-file", "-e", &format!("{commit}^{{commit}}")]).current_dir(root).stderr(Stdio::null());
    git.status().is_ok_and(|status| status.success())
}

/// Builds into `folder` with the commit's own `cargo xtask widget`, and leaves the widget there alone.
fn build_widget(root: &Path, folder: &Path) -> Result<()> {
    let (source, target) = (folder.join("source"), folder.join("target"));
    extract_commit(root, COMMIT, &source)?;
    // Its own compiler, by its own `rust-toolchain.toml`: cargo has put today's into the environment.
    let mut cargo = Command::new("cargo");
    cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env("CARGO_TARGET_DIR", &target).current_dir(&source);
    run_fetching(cargo.args(["xtask", "widget", "--out"]).arg(folder.join("widget")))?;
    for file in folder.join("widget").read_dir().context("the widget of November 2026 is not where it was built")? {
        let file = file?;
        std::fs::rename(file.path(), folder.join(file.file_name())).context("the widget cannot be moved")?;
    }
    [source, target, folder.join("widget")].iter().try_for_each(|folder| remove_folder(folder))
}

/// Writes the files of `commit` into a new folder.
fn extract_commit(root: &Path, commit: &str, into: &Path) -> Result<()> {
    std::fs::create_dir(into).with_context(|| format!("{} cannot be created", into.display()))?;
    let archive = into.with_extension("tar");
    let mut git = Command::new("git");
    run_program(git.args(["archive", "--format=tar", "--output"]).arg(&archive).arg(commit).current_dir(root))?;
    run_program(Command::new("tar").arg("-xf").arg(&archive).current_dir(into))?;
    remove_file(&archive)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::process::read_output;

    fn git(root: &Path, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=test", "-c", "user.email=test@shop.example", "-c", "commit.gpgsign=false"]);
        read_output(git.args(arguments).current_dir(root)).unwrap()
    }

    /// A history of two commits in a new folder, and the first of them.
    fn history(folder: &Path) -> String {
        remove_folder(folder).unwrap();
        fs::create_dir_all(folder.join("whole")).unwrap();
        let whole = folder.join("whole");
        git(&whole, &["init", "--quiet"]);
        for text in ["first", "second"] {
            fs::write(whole.join("file"), text).unwrap();
            git(&whole, &["add", "file"]);
            git(&whole, &["commit", "--quiet", "--message", text]);
        }
        git(&whole, &["rev-parse", "HEAD^"])
    }

    #[test]
    fn a_shallow_history_is_said_not_to_have_an_early_commit() {
        let folder = std::env::temp_dir().join(format!("xtask-baseline-shallow-{}", std::process::id()));
        let first = history(&folder);
        let whole = folder.join("whole");
        git(&folder, &["clone", "--quiet", "--depth=1", &format!("file://{}", whole.display()), "shallow"]);
        assert!(has_commit(&whole, &first));
        assert!(!has_commit(&folder.join("shallow"), &first));
        remove_folder(&folder).unwrap();
        assert!(!has_commit(&std::env::temp_dir(), &first), "a folder without a history");
    }

    #[test]
    fn the_files_are_those_of_the_commit_and_not_of_the_checkout() {
        let folder = std::env::temp_dir().join(format!("xtask-baseline-files-{}", std::process::id()));
        let first = history(&folder);
        let source = folder.join("source");
        extract_commit(&folder.join("whole"), &first, &source).unwrap();
        assert_eq!(fs::read_to_string(source.join("file")).unwrap(), "first");
        assert!(!folder.join("source.tar").exists());
        remove_folder(&folder).unwrap();
    }
}
