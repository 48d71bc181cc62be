//! The result of a run: saved as JSON, shown as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Serialize};

use crate::figure::{Figure, Measure};

/// All figures of one run.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct BenchmarkReport {
    pub(crate) measured: RunConditions,
    pub(crate) subjects: Vec<SubjectFigures>,
}

/// Where and when it was measured.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RunConditions {
    /// The day, as in 2026-11-27.
    pub(crate) on: String,
    pub(crate) processors: usize,
    pub(crate) browser: String,
    /// How many times each visit was made.
    pub(crate) rounds: usize,
}

/// One subject's figures.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct SubjectFigures {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Whether it got from the first step to a reference, in every round. A subject that does not go so far says nothing.
    pub(crate) completed: Option<bool>,
    /// The errors, each once.
    pub(crate) troubles: Vec<String>,
    pub(crate) figures: BTreeMap<Measure, Figure>,
}

/// The detail of each figure in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableDetail {
    /// The median.
    Median,
    /// The median and the spread around it.
    Spread,
}

impl BenchmarkReport {
    /// A table in Markdown of these measures, a column a subject.
    pub(crate) fn table(&self, measures: &[Measure], detail: TableDetail) -> String {
        let mut table = String::from("| |");
        let columns: Vec<&SubjectFigures> = self.subjects.iter().collect();
        for entry in &columns {
            let _ = write!(table, " {} |", entry.title);
        }
        table.push_str("\n| --- |");
        table.push_str(&" ---: |".repeat(columns.len()));
        // A measure without a sample in this run takes no row.
        let is_measured = |measure: &&Measure| columns.iter().any(|entry| entry.figures.contains_key(measure));
        for measure in measures.iter().filter(is_measured) {
            let unit = measure.unit();
            let comma = if unit.name.is_empty() { "" } else { ", " };
            let _ = write!(table, "\n| {}{comma}{} |", measure.title(), unit.name);
            for entry in &columns {
                let cell = entry
                    .figures
                    .get(measure)
                    .map_or_else(|| "–".to_owned(), |figure| format_figure(figure, *measure, detail));
                let _ = write!(table, " {cell} |");
            }
        }
        table.push('\n');
        table
    }

    /// The same, and a last row that says which of them got from the first step to a reference.
    pub(crate) fn table_with_outcome(&self, measures: &[Measure], detail: TableDetail) -> String {
        let mut table = self.table(measures, detail);
        table.push_str("| from the first step to a reference |");
        for entry in &self.subjects {
            table.push_str(match entry.completed {
                Some(true) => " yes |",
                Some(false) => " **no** |",
                None => " – |",
            });
        }
        table.push('\n');
        table
    }

    /// The errors, a line each.
    pub(crate) fn error_lines(&self) -> String {
        let mut lines = String::new();
        for entry in &self.subjects {
            for trouble in &entry.troubles {
                let _ = writeln!(lines, "{}: {trouble}", entry.title);
            }
        }
        lines
    }
}

/// A figure as a table has it.
pub(crate) fn format_figure(figure: &Figure, measure: Measure, detail: TableDetail) -> String {
    let digits = measure.unit().digits;
    let Figure { median, min, max, .. } = figure;
    match detail {
        TableDetail::Median => format!("{median:.digits$}"),
        TableDetail::Spread => format!("{median:.digits$} ({min:.digits$}–{max:.digits$})"),
    }
}
