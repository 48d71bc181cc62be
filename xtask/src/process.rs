//! Runs other programs.
//!
//! This passes their output on unchanged, and adds one sentence when a program fails.

use std::collections::VecDeque;
use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::progress::is_terminal;

/// A program failed because it could not reach the network; trying again at once will not help.
#[derive(Debug)]
pub(crate) struct NetworkFailure {
    program: String,
}

impl fmt::Display for NetworkFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} could not reach the network; its own words are above. Check the connection, or set HTTPS_PROXY if \
             there is a proxy, and run the same command again: what is finished is kept.",
            self.program
        )
    }
}

impl Error for NetworkFailure {}

/// Runs a program with its output in sight.
///
/// # Errors
///
/// When it cannot be started, or ends with a failure.
pub(crate) fn run_program(command: &mut Command) -> Result<()> {
    watch_cargo(command);
    let status = command.status().map_err(|error| not_started(command, &error))?;
    succeed(command, status, "")
}

/// Runs a program that may fetch things from the network, with its output in sight.
///
/// # Errors
///
/// As [`run_program`]; a failure of the network is recognised and said in plain words.
pub(crate) fn run_fetching(command: &mut Command) -> Result<()> {
    watch_cargo(command);
    let (mut child, mut stderr) = spawn_piped(command)?;
    let mut last_words = LastWords::default();
    let mut chunk = [0; 4096];
    loop {
        match stderr.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => {
                // A closed terminal is no reason to stop building.
                let _ = io::stderr().write_all(&chunk[..length]);
                last_words.extend(&chunk[..length]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let status = child.wait().with_context(|| format!("{} was lost", title(command)))?;
    succeed(command, status, &last_words.text())
}

/// Runs a program with its output in sight, and hands back all that it said, on stdout and stderr in their order, and
/// whether it succeeded.
///
/// # Errors
///
/// When it cannot be started, or is lost on the way.
pub(crate) fn run_capturing_output(command: &mut Command) -> Result<(String, Result<()>)> {
    let (reader, writer) = io::pipe().context("there is no pipe to be had")?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let child = command.spawn().map_err(|error| not_started(command, &error));
    // The pipe ends when nobody can write to it any more, so this program must not be able to.
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut child = child?;
    let mut said = String::new();
    for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        said.push_str(&line);
        said.push('\n');
    }
    let status = child.wait().with_context(|| format!("{} was lost", title(command)))?;
    Ok((said, succeed(command, status, "")))
}

/// A copy of the command: the same program, arguments, environment and folder.
pub(crate) fn copy_command(command: &Command) -> Command {
    let mut copy = command_in_environment_of(command.get_program(), command);
    copy.args(command.get_args());
    copy
}

/// Another program, without arguments, in the environment and folder of the command.
pub(crate) fn command_in_environment_of(program: impl AsRef<OsStr>, command: &Command) -> Command {
    let mut copy = Command::new(program);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => copy.env(name, value),
            None => copy.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        copy.current_dir(folder);
    }
    copy
}

/// Runs a program in parallel with another one: each line of its output is marked with a label.
///
/// # Errors
///
/// As [`run_fetching`].
pub(crate) fn run_in_parallel(command: &mut Command, label: &str) -> Result<()> {
    let (mut child, stderr) = spawn_piped(command.stdout(Stdio::null()))?;
    let mut last_words = LastWords::default();
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        eprintln!("  {label} │ {}", String::from_utf8_lossy(&line).trim_end());
        last_words.extend(&line);
        last_words.extend(b"\n");
    }
    let status = child.wait().with_context(|| format!("{} was lost", title(command)))?;
    succeed(command, status, &last_words.text())
}

/// The output of a program on stdout, without the white space around it.
///
/// # Errors
///
/// When it cannot be started, or ends with a failure; what it said on stderr is then in the error.
pub(crate) fn read_output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        bail!("{} failed: {}", title(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn spawn_piped(command: &mut Command) -> Result<(Child, impl Read + use<>)> {
    let mut child =
        command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let stderr = child.stderr.take().expect("stderr was asked for as a pipe");
    Ok((child, stderr))
}

/// Through a pipe cargo would drop its colours and its progress bar, though a person is watching.
fn watch_cargo(command: &mut Command) {
    if is_terminal() && env::var_os("CARGO_TERM_COLOR").is_none() {
        command.envs([
            ("CARGO_TERM_COLOR", "always"),
            ("CARGO_TERM_PROGRESS_WHEN", "always"),
            ("CARGO_TERM_PROGRESS_WIDTH", "80"),
        ]);
    }
}

fn succeed(command: &Command, status: ExitStatus, last_words: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    if speaks_of_the_network(last_words) {
        return Err(NetworkFailure { program: title(command) }.into());
    }
    bail!("{} failed with {status}; its own words are above.", title(command))
}

fn not_started(command: &Command, error: &io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("`{program}` is not installed, or not on PATH."),
        _ => anyhow::anyhow!("`{program}` cannot be started: {error}"),
    }
}

/// The program's name and first argument: `cargo build`.
fn title(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str()).to_string_lossy();
    match command.get_args().next() {
        Some(first) => format!("`{name} {}`", first.to_string_lossy()),
        None => format!("`{name}`"),
    }
}

/// Phrases of cargo, rustup, npm and apt when the network fails, in lower case.
const NETWORK_FAILURES: [&str; 19] = [
    "could not resolve host",
    "couldn't resolve host",
    "could not resolve hostname",
    "could not connect to server",
    "couldn't connect to server",
    "failed to connect to",
    "spurious network error",
    "timeout was reached",
    "network is unreachable",
    "dns error",
    "tcp connect error",
    "could not download file",
    "temporary failure resolving",
    "temporary failure in name resolution",
    "enotfound",
    "eai_again",
    "econnrefused",
    "etimedout",
    "enetunreach",
];

fn speaks_of_the_network(words: &str) -> bool {
    let words = words.to_lowercase();
    NETWORK_FAILURES.iter().any(|failure| words.contains(failure))
}

/// The last lines of a program's output, which are enough to see why it failed.
#[derive(Default)]
struct LastWords(VecDeque<u8>);

impl LastWords {
    const BYTES: usize = 16 * 1024;

    fn extend(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
        let surplus = self.0.len().saturating_sub(Self::BYTES);
        self.0.drain(..surplus);
    }

    fn text(mut self) -> String {
        String::from_utf8_lossy(self.0.make_contiguous()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_network_is_recognised_in_the_words_of_each_tool() {
        let cargo = "warning: spurious network error (3 tries remaining): [6] Couldn't resolve host name";
        let npm = "npm error code ENOTFOUND";
        let rustup = "error: could not download file from … to …: dns error";
        for words in [cargo, npm, rustup] {
            assert!(speaks_of_the_network(words), "{words}");
        }
    }

    #[test]
    fn an_ordinary_compile_error_is_not_blamed_on_the_network() {
        assert!(!speaks_of_the_network("error[E0308]: mismatched types"));
    }

    #[test]
    fn only_the_end_of_a_long_output_is_kept() {
        let mut words = LastWords::default();
        words.extend(&[b'a'; LastWords::BYTES]);
        words.extend(b"the end");
        let text = words.text();
        assert_eq!(text.len(), LastWords::BYTES);
        assert!(text.ends_with("the end"));
    }

    #[test]
    fn both_outputs_of_a_program_are_noted_in_their_order_with_its_end() {
        // Rust is installed wherever these tests run.
        let mut rustc = Command::new("rustc");
        let (said, outcome) = run_capturing_output(rustc.args(["--no-such-flag"])).unwrap();
        assert!(said.contains("no-such-flag"), "{said}");
        assert!(outcome.is_err());
        let (said, outcome) = run_capturing_output(&mut copy_command(Command::new("rustc").arg("--version"))).unwrap();
        assert!(said.starts_with("rustc "), "{said}");
        assert!(outcome.is_ok());
    }

    #[test]
    fn a_missing_program_is_said_in_a_sentence() {
        let error = run_program(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program-anywhere` is not installed, or not on PATH.");
    }
}
