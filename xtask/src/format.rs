//! Formats every file: Rust with rustfmt, scripts and style sheets with Biome, and Markdown with rumdl, one sentence a line. Also
//! checks that links lead somewhere.
//!
//! The rules themselves are in `rustfmt.toml`, `biome.jsonc` and `.rumdl.toml`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::javascript::biome_command;
use crate::node::NpmPackages;
use crate::process::run_program;
use crate::workspace::Workspace;

const MARKDOWN: NpmPackages = NpmPackages {
    name: "markdown",
    about: "rumdl, which formats Markdown",
    package: include_str!("../npm/markdown/package.json"),
    lock: include_str!("../npm/markdown/package-lock.json"),
};

/// Refuses files that [`format()`] would change, and documents with a link to a file or heading that does not exist.
///
/// # Errors
///
/// When a file is refused, or a formatter cannot be started.
pub(crate) fn check_format(workspace: &Workspace) -> Result<()> {
    let advice = "`cargo xtask format` corrects the layout, but not the links";
    run_program(workspace.cargo_command().args(["fmt", "--all", "--check"])).context(advice)?;
    run_program(&mut biome_command("format", workspace.root())?).context(advice)?;
    run_program(&mut rumdl("check", workspace.root())?).context(advice)
}

/// Lays every file out anew.
///
/// # Errors
///
/// When a formatter cannot be started.
pub(crate) fn format(workspace: &Workspace) -> Result<()> {
    run_program(workspace.cargo_command().args(["fmt", "--all"]))?;
    run_program(biome_command("format", workspace.root())?.arg("--write"))?;
    run_program(&mut rumdl("fmt", workspace.root())?)
}

fn rumdl(command: &str, folder: &Path) -> Result<Command> {
    let mut node = Command::new("node");
    node.arg(MARKDOWN.obtain()?.join("rumdl/bin/rumdl")).args([command, "--no-cache", "--quiet", "."]);
    node.current_dir(folder);
    Ok(node)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;
    use crate::process::read_output;

    /// Whether `formatter` lets a file of this name and text pass under the project's own `rules`.
    fn lets_pass(formatter: impl Fn(&Path) -> Result<Command>, rules: &str, name: &str, text: &str) -> bool {
        let folder = env::temp_dir().join(format!("damage-report-format-{}-{}-{name}", process::id(), text.len()));
        fs::create_dir_all(&folder).unwrap();
        fs::copy(Workspace::locate().unwrap().root().join(rules), folder.join(rules)).unwrap();
        fs::write(folder.join(name), text).unwrap();
        let outcome = read_output(&mut formatter(&folder).unwrap());
        fs::remove_dir_all(folder).unwrap();
        outcome.is_ok()
    }

    fn passes(text: &str) -> bool {
        lets_pass(|folder| rumdl("check", folder), ".rumdl.toml", "page.md", text)
    }

    #[test]
    fn scripts_and_style_sheets_are_laid_out_alike() {
        let passes = |name, text| lets_pass(|folder| biome_command("format", folder), "biome.jsonc", name, text);
        assert!(passes("script.js", "export const word = \"yes\";\n"));
        assert!(!passes("script.js", "export const word = 'yes';\n"));
        assert!(!passes("script.js", "export const word   = \"yes\"\n"));
        assert!(passes("sheet.css", ".step {\n  margin: 0;\n}\n"));
        assert!(!passes("sheet.css", ".step { margin: 0 }\n"));
    }

    #[test]
    fn a_sentence_has_one_line_and_a_line_one_sentence() {
        assert!(passes("# Page\n\nOne sentence, e.g. this.\nAnother one.\n\n| a |\n| --- |\n| One. Two |\n"));
        assert!(!passes("# Page\n\nOne sentence. Another one.\n"));
        assert!(!passes("# Page\n\nOne sentence\nin two lines.\n"));
        assert!(!passes("# Page\n\n- One item\n  in two lines.\n"));
    }

    #[test]
    fn a_link_leads_to_a_file_and_heading_that_exist() {
        assert!(passes("# Page\n\n[Here](#page), [too](page.md#page).\n"));
        assert!(!passes("# Page\n\n[Nowhere](#nowhere).\n"));
        assert!(!passes("# Page\n\n[Gone](gone.md), a file.\n"));
    }
}
