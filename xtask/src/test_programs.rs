//! The test programs of the whole workspace, built at once.
//!
//! `cargo test --package` gives each package dependencies with the features that this package asks for: the checks one by one would
//! compile tokio, and all that is built on it, four times. Where all checks run, cargo builds their programs in one go, and the
//! checks start them themselves.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process::{command_in_environment_of, read_output, run_fetching};
use crate::progress::run_step;
use crate::workspace::Workspace;

/// Tests that run only by name: they are not among those that cargo builds by itself.
const BY_NAME: [&str; 2] = ["soak", "webhook_libraries"];

/// A test program that is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestProgram {
    package: String,
    /// The name of its target, for a test in a file of its own; `None` where the tests are in the library or the program.
    test: Option<String>,
    /// The arguments by which `cargo test` runs it and no other, in cargo's own form.
    pub(crate) selector: String,
    pub(crate) executable: PathBuf,
    /// The folder of its package, which tests run in.
    pub(crate) folder: PathBuf,
}

impl TestProgram {
    /// One with the tests in a file of their own.
    #[cfg(test)]
    pub(crate) fn at(package: &str, test: &str, executable: &Path, folder: &Path) -> Self {
        Self {
            package: package.to_owned(),
            test: Some(test.to_owned()),
            selector: format!("-p {package} --test {test}"),
            executable: executable.to_path_buf(),
            folder: folder.to_path_buf(),
        }
    }

    /// The program, with the folder and the environment that `cargo` would give it.
    pub(crate) fn command(&self, cargo: &Command) -> Command {
        let mut command = command_in_environment_of(&self.executable, cargo);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder).env("CARGO_PKG_NAME", &self.package);
        command
    }
}

/// Builds the test programs of all packages, and the programs that they start.
///
/// # Errors
///
/// When one does not compile.
pub(crate) fn build_test_programs(workspace: &Workspace) -> Result<Vec<TestProgram>> {
    let by_name = BY_NAME.map(|name| format!("--test={name}"));
    let mut programs = vec![];
    for targets in [&[][..], &by_name] {
        let cargo = || {
            let mut cargo = workspace.cargo_command();
            cargo.args(["test", "--workspace", "--no-run"]).args(targets);
            cargo
        };
        run_step("Compiling the tests", || run_fetching(&mut cargo()))?;
        // Once more for where they are, which takes a second: cargo says that, or what it does.
        let said = read_output(cargo().args(["--quiet", "--message-format=json"]))?;
        programs.extend(said.lines().map(program_in).collect::<Result<Vec<_>>>()?.into_iter().flatten());
    }
    ensure!(!programs.is_empty(), "cargo names no test program");
    Ok(programs)
}

/// The test program that a message of cargo's is about, if it is about one.
fn program_in(message: &str) -> Result<Option<TestProgram>> {
    let message: Value = serde_json::from_str(message).context("cargo says what is no JSON")?;
    let target = &message["target"];
    let is_test = message["reason"] == "compiler-artifact" && message["profile"]["test"] == true;
    let (Some(executable), true) = (message["executable"].as_str(), is_test) else { return Ok(None) };
    let text = |value: &Value| value.as_str().map(str::to_owned).context("a message of cargo's lacks a text");
    let (name, kind) = (text(&target["name"])?, text(&target["kind"][0])?);
    let manifest = text(&message["manifest_path"])?;
    let package = package_of(&text(&message["package_id"])?);
    let which = match kind.as_str() {
        "test" => format!("--test {name}"),
        "bin" => format!("--bin {name}"),
        _ => "--lib".to_owned(),
    };
    Ok(Some(TestProgram {
        selector: format!("-p {package} {which}"),
        test: (kind == "test").then_some(name),
        package,
        executable: executable.into(),
        folder: Path::new(&manifest).parent().context("a manifest lies in no folder")?.to_path_buf(),
    }))
}

/// The name in `path+file:///home/shop/crates/rules#damage-report-rules@0.1.0`, or in `…/xtask#0.1.0` where the folder has it.
fn package_of(id: &str) -> String {
    let (address, rest) = id.split_once('#').unwrap_or((id, ""));
    let name = rest.split_once('@').map(|(name, _)| name);
    name.unwrap_or_else(|| address.rsplit('/').next().unwrap_or(address)).to_owned()
}

/// Those of the programs that `cargo test` with these arguments would run: `--package=…`, `--lib` and `--test=…`.
pub(crate) fn chosen(programs: &[TestProgram], arguments: &[&str]) -> Vec<TestProgram> {
    let values = |option: &'static str| arguments.iter().filter_map(move |argument| argument.strip_prefix(option));
    let packages: Vec<_> = values("--package=").collect();
    let tests: Vec<_> = values("--test=").collect();
    let wants_lib = arguments.contains(&"--lib");
    let is_wanted = |program: &&TestProgram| match &program.test {
        _ if !packages.contains(&program.package.as_str()) => false,
        Some(test) if tests.is_empty() && !wants_lib => !BY_NAME.contains(&test.as_str()),
        Some(test) => tests.contains(&test.as_str()),
        None => tests.is_empty() || wants_lib,
    };
    programs.iter().filter(is_wanted).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, kind: &str, name: &str) -> String {
        serde_json::json!({
            "reason": "compiler-artifact",
            "package_id": id,
            "manifest_path": "/shop/part/Cargo.toml",
            "target": { "kind": [kind], "name": name },
            "profile": { "test": true },
            "executable": format!("/shop/target/debug/deps/{name}-1"),
        })
        .to_string()
    }

    fn built() -> Vec<TestProgram> {
        let backend = "path+file:///shop/crates/backend#damage-report-backend@0.1.0";
        [
            message(backend, "lib", "damage_report_backend"),
            message(backend, "test", "backend"),
            message(backend, "test", "soak"),
            message("path+file:///shop#damage-report@0.1.0", "cdylib", "damage_report"),
            message("path+file:///shop#damage-report@0.1.0", "test", "locales"),
            message("path+file:///shop/xtask#0.1.0", "bin", "xtask"),
        ]
        .iter()
        .map(|message| program_in(message).unwrap().unwrap())
        .collect()
    }

    fn selectors(arguments: &[&str]) -> Vec<String> {
        chosen(&built(), arguments).into_iter().map(|program| program.selector).collect()
    }

    #[test]
    fn a_package_has_the_programs_that_cargo_would_run() {
        let backend = "--package=damage-report-backend";
        assert_eq!(
            selectors(&[backend]),
            ["-p damage-report-backend --lib", "-p damage-report-backend --test backend"]
        );
        assert_eq!(selectors(&[backend, "--test=soak"]), ["-p damage-report-backend --test soak"]);
        assert_eq!(selectors(&["--package=xtask"]), ["-p xtask --bin xtask"]);
        let both = ["-p damage-report --lib", "-p damage-report --test locales"];
        assert_eq!(selectors(&["--package=damage-report", "--lib", "--test=locales"]), both);
        assert_eq!(selectors(&["--package=damage-report", "--test=locales"]), both[1..]);
        assert!(selectors(&["--package=nobody"]).is_empty());
    }

    #[test]
    fn a_program_runs_where_cargo_would_run_it_and_with_what_cargo_would_say() {
        let mut cargo = Command::new("cargo");
        cargo.current_dir("/shop").env("CHROME", "/usr/bin/chromium").env_remove("CARGO_PKG_VERSION").arg("test");
        let command = built()[1].command(&cargo);
        assert_eq!(command.get_current_dir(), Some(Path::new("/shop/part")));
        assert_eq!((command.get_program().to_str(), command.get_args().count()), (built()[1].executable.to_str(), 0));
        let said =
            |name: &str| command.get_envs().find(|(known, _)| *known == name).and_then(|(_, value)| value?.to_str());
        assert_eq!(said("CHROME"), Some("/usr/bin/chromium"));
        assert_eq!(said("CARGO_MANIFEST_DIR"), Some("/shop/part"));
        assert_eq!(said("CARGO_PKG_NAME"), Some("damage-report-backend"));
    }

    #[test]
    fn other_messages_are_no_programs() {
        for message in [
            r#"{"reason":"build-finished","success":true}"#,
            r#"{"reason":"compiler-artifact","profile":{"test":false},"executable":"/shop/target/debug/backend"}"#,
        ] {
            assert_eq!(program_in(message).unwrap(), None);
        }
    }
}
