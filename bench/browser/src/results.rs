//! The results of the last whole run that the project keeps: the figures, and the tables and the chart made from them.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use crate::{
    chart,
    figure::Measure,
    report::{BenchmarkReport, TableDetail},
};

const FIGURES: &str = "docs/measured.json";
const CHART: &str = "docs/pictures/measured.svg";
const README: &str = "README.md";
const PERFORMANCE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- measured: made by cargo xtask bench --keep -->\n";
const END: &str = "<!-- /measured -->\n";

/// The rows of README's table: what matters most to a shop.
const README_ROWS: [Measure; 5] =
    [Measure::WholeBrotli, Measure::ReadySlow, Measure::Thumbnails, Measure::Accepted, Measure::Gap];

/// The rows of the table in `docs/performance.md`.
const PERFORMANCE_ROWS: [Measure; 18] = [
    Measure::BeforeBrotli,
    Measure::WholeBrotli,
    Measure::FirstBrotli,
    Measure::ReadySlow,
    Measure::BlockedSlow,
    Measure::OpenedSlow,
    Measure::OpenedSlowPrefetched,
    Measure::OpenedSlowWithData,
    Measure::Thumbnails,
    Measure::Accepted,
    Measure::Gap,
    Measure::Memory,
    Measure::AcceptedSlow,
    Measure::Large,
    Measure::Upload,
    Measure::UploadAlike,
    Measure::Likeness,
    Measure::Secrets,
];

/// Writes `report` into the checkout at `root`: its figures, its chart, and the tables of the documents.
pub(crate) fn write_results(root: &Path, report: &BenchmarkReport) -> Result<()> {
    fs::write(root.join(FIGURES), serde_json::to_string_pretty(report)? + "\n")?;
    fs::write(root.join(CHART), chart::draw_chart(report))?;
    for (document, table) in tables(report) {
        let path = root.join(document);
        let text = with_table(&fs::read_to_string(&path)?, &table).with_context(|| document)?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// The documents that show figures of `report`, each with its table.
fn tables(report: &BenchmarkReport) -> [(&'static str, String); 2] {
    [
        (README, report.table(&README_ROWS, TableDetail::Median)),
        (PERFORMANCE, report.table_with_outcome(&PERFORMANCE_ROWS, TableDetail::Median)),
    ]
}

/// `document` with `table` between its marks.
fn with_table(document: &str, table: &str) -> Result<String> {
    let (before, rest) = document.split_once(BEGIN).context("the document has no place for the table")?;
    let (_, after) = rest.split_once(END).context("the document does not say where the table ends")?;
    Ok(format!("{before}{BEGIN}{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_show_the_figures_that_are_kept() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let report = serde_json::from_str(&fs::read_to_string(root.join(FIGURES)).unwrap()).unwrap();
        for (document, table) in tables(&report) {
            let text = fs::read_to_string(root.join(document)).unwrap();
            assert_eq!(with_table(&text, &table).unwrap(), text, "{document} shows other figures than {FIGURES}");
        }
        assert_eq!(chart::draw_chart(&report), fs::read_to_string(root.join(CHART)).unwrap(), "{CHART}");
    }

    #[test]
    fn a_table_takes_the_place_of_the_one_before_it() {
        let document = format!("before\n{BEGIN}| old |\n{END}after\n");
        assert_eq!(with_table(&document, "| new |\n").unwrap(), format!("before\n{BEGIN}| new |\n{END}after\n"));
        assert!(with_table("no marks", "").is_err());
    }
}
