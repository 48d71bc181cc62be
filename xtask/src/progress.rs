//! Progress for the person at the terminal: which step runs, and how long it took.
//!
//! Progress goes to stderr; stdout is left for results, such as the table of sizes.

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

/// Prints the name of a step, runs it, and prints its duration.
pub(crate) fn run_step<T>(what: impl Display, act: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("{} {what}", colourise(Colour::Cyan, "→"));
    let begun = Instant::now();
    let outcome = act();
    if outcome.is_ok() {
        eprintln!("  {what}: done in {}", format_duration(begun.elapsed()));
    }
    outcome
}

/// A part of a command that may take minutes the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandPart {
    /// wasm-split and wasm-bindgen.
    WasmTools,
    /// The widget's crates.
    Widget,
    /// The steps after the compiler.
    Modules,
    /// The backend's crates.
    Backend,
}

impl CommandPart {
    fn name(self) -> &'static str {
        match self {
            Self::WasmTools => "wasm-split and wasm-bindgen",
            Self::Widget => "the widget",
            Self::Modules => "making its modules small",
            Self::Backend => "the backend",
        }
    }
}

/// The parts that are left to do; some are done in parallel.
#[derive(Debug)]
pub(crate) struct RemainingParts(Mutex<Vec<CommandPart>>);

impl RemainingParts {
    /// All of these are left.
    pub(crate) fn new(parts: &[CommandPart]) -> Self {
        Self(Mutex::new(parts.to_vec()))
    }

    /// Does a part, and then says which are left.
    pub(crate) fn run<T>(&self, part: CommandPart, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let done = act()?;
        if let Some(left) = self.skip(part) {
            print_note(left);
        }
        Ok(done)
    }

    /// Removes a part that has nothing to do. Returns a sentence about the parts that are left, if any.
    pub(crate) fn skip(&self, part: CommandPart) -> Option<String> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.retain(|other| *other != part);
        let names: Vec<_> = left.iter().map(|part| part.name()).collect();
        (!names.is_empty()).then(|| format!("Left to do: {}", names.join(", ")))
    }
}

/// Prints a line that announces no step.
pub(crate) fn print_note(what: impl Display) {
    eprintln!("{} {what}", colourise(Colour::Cyan, "→"));
}

/// A duration for people: tenths of a second below a minute, minutes and seconds above.
pub(crate) fn format_duration(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds < 60 {
        format!("{:.1} s", span.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// The few colours in use.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Colour {
    /// Something begins.
    Cyan,
    /// Something is right.
    Green,
    /// Something is wrong.
    Red,
}

/// The text in colour where a terminal shows it, as it is elsewhere.
pub(crate) fn colourise(colour: Colour, text: &str) -> String {
    if !has_colour() {
        return text.to_owned();
    }
    let code = match colour {
        Colour::Cyan => 36,
        Colour::Green => 32,
        Colour::Red => 31,
    };
    format!("\u{1b}[1;{code}m{text}\u{1b}[0m")
}

/// Is a person watching a terminal, rather than a file or a CI log?
pub(crate) fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

fn has_colour() -> bool {
    // See no-color.org: set and not empty means no colour.
    is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_says_what_is_left_and_in_the_end_nothing() {
        let remaining = RemainingParts::new(&[CommandPart::Widget, CommandPart::Modules, CommandPart::Backend]);
        assert_eq!(remaining.skip(CommandPart::Widget).unwrap(), "Left to do: making its modules small, the backend");
        assert!(remaining.run::<()>(CommandPart::Modules, || anyhow::bail!("no")).is_err());
        assert_eq!(remaining.skip(CommandPart::Modules).unwrap(), "Left to do: the backend");
        assert_eq!(remaining.skip(CommandPart::Backend), None);
    }

    #[test]
    fn durations_are_said_in_seconds_and_then_in_minutes() {
        assert_eq!(format_duration(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(format_duration(Duration::from_secs(125)), "2 min 05 s");
    }
}
