//! The result of a run: saved as JSON, shown as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Serialize};

use crate::{
    figure::{Figure, Measure},
    subject::{BASELINE, TODAY},
};

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
    /// A table in Markdown of these measures: a column for each subject, and one for the ratio of today's widget to that of
    /// November 2026, after the latter.
    pub(crate) fn table(&self, measures: &[Measure], detail: TableDetail) -> String {
        let columns = self.columns();
        let mut table = String::from("| |");
        for column in &columns {
            let _ = write!(table, " {} |", column.title());
        }
        table.push_str("\n| --- |");
        table.push_str(&" ---: |".repeat(columns.len()));
        // A measure without a sample in this run takes no row.
        let is_measured = |measure: &&Measure| self.subjects.iter().any(|entry| entry.figures.contains_key(measure));
        for measure in measures.iter().filter(is_measured) {
            let unit = measure.unit();
            let comma = if unit.name.is_empty() { "" } else { ", " };
            let _ = write!(table, "\n| {}{comma}{} |", measure.title(), unit.name);
            for column in &columns {
                let cell = column.cell(*measure, detail).unwrap_or_else(|| "–".to_owned());
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
        for column in self.columns() {
            table.push_str(match column {
                Column::Figures(SubjectFigures { completed: Some(true), .. }) => " yes |",
                Column::Figures(SubjectFigures { completed: Some(false), .. }) => " **no** |",
                _ => " – |",
            });
        }
        table.push('\n');
        table
    }

    fn columns(&self) -> Vec<Column<'_>> {
        let today = self.subjects.iter().find(|entry| entry.name == TODAY);
        let mut columns = Vec::new();
        for entry in &self.subjects {
            columns.push(Column::Figures(entry));
            if let Some(today) = today.filter(|_| entry.name == BASELINE) {
                columns.push(Column::Ratio { today, baseline: entry });
            }
        }
        columns
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

/// A column of a table.
#[derive(Clone, Copy, Debug)]
enum Column<'a> {
    /// The figures of one subject.
    Figures(&'a SubjectFigures),
    /// Today's medians, divided by those of the build of November 2026.
    Ratio { today: &'a SubjectFigures, baseline: &'a SubjectFigures },
}

impl Column<'_> {
    fn title(&self) -> &str {
        match self {
            Self::Figures(entry) => &entry.title,
            Self::Ratio { .. } => "today's ratio to it",
        }
    }

    /// Its cell in the row of `measure`, if that was measured. Nothing is a multiple of zero.
    fn cell(&self, measure: Measure, detail: TableDetail) -> Option<String> {
        match self {
            Self::Figures(entry) => Some(format_figure(entry.figures.get(&measure)?, measure, detail)),
            Self::Ratio { today, baseline } => {
                let before = baseline.figures.get(&measure.in_baseline())?.median;
                let now = today.figures.get(&measure)?.median;
                (before != 0.0).then(|| format!("{:.2}", now / before))
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, medians: &[(Measure, f64)]) -> SubjectFigures {
        let figures = medians.iter().map(|(measure, median)| (*measure, Figure::from_samples(&[*median]).unwrap()));
        SubjectFigures {
            name: name.to_owned(),
            title: name.to_owned(),
            completed: Some(true),
            troubles: Vec::new(),
            figures: figures.collect(),
        }
    }

    fn report(subjects: Vec<SubjectFigures>) -> BenchmarkReport {
        let measured = RunConditions { on: String::new(), processors: 2, browser: String::new(), rounds: 1 };
        BenchmarkReport { measured, subjects }
    }

    /// The cells of a table's rows after the one that aligns them, without the names of the measures.
    fn cells(table: &str) -> Vec<Vec<&str>> {
        let rows = table.lines().skip(2);
        rows.map(|row| row.trim_matches('|').split('|').skip(1).map(str::trim).collect()).collect()
    }

    #[test]
    fn a_column_after_november_has_the_ratio_of_today_to_it() {
        let report = report(vec![
            entry(TODAY, &[(Measure::ReadySlow, 850.0), (Measure::BlockedSlow, 12.0), (Measure::Gap, 20.0)]),
            entry(BASELINE, &[(Measure::ReadySlow, 1000.0), (Measure::BlockedSlow, 0.0)]),
            entry("preact", &[(Measure::ReadySlow, 500.0)]),
        ]);
        let table =
            report.table_with_outcome(&[Measure::ReadySlow, Measure::BlockedSlow, Measure::Gap], TableDetail::Median);
        assert!(table.starts_with(&format!("| | {TODAY} | {BASELINE} | today's ratio to it | preact |\n")), "{table}");
        assert_eq!(
            cells(&table),
            [["850", "1000", "0.85", "500"], ["12", "0", "–", "–"], ["20", "–", "–", "–"], ["yes", "yes", "–", "yes"],]
        );
    }

    #[test]
    fn each_way_of_opening_is_compared_with_the_one_of_november() {
        let ways = [Measure::OpenedSlow, Measure::OpenedSlowPrefetched, Measure::OpenedSlowWithData];
        let today = entry(TODAY, &[(ways[0], 500.0), (ways[1], 150.0), (ways[2], 175.0)]);
        let report = report(vec![today, entry(BASELINE, &[(ways[0], 500.0)])]);
        assert_eq!(
            cells(&report.table(&ways, TableDetail::Median)),
            [["500", "500", "1.00"], ["150", "–", "0.30"], ["175", "–", "0.35"]]
        );
    }

    #[test]
    fn a_run_without_november_has_no_ratio() {
        let report = report(vec![entry(TODAY, &[(Measure::Gap, 20.0)]), entry("preact", &[(Measure::Gap, 10.0)])]);
        assert_eq!(cells(&report.table(&[Measure::Gap], TableDetail::Median)), [["20", "10"]]);
    }
}
