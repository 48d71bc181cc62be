//! What the project keeps of the last whole run: the figures, and README's table and picture, which are made of them.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use crate::{
    chart,
    figure::Measure,
    report::{Detail, Report},
};

const FIGURES: &str = "docs/measured.json";
const CHART: &str = "docs/pictures/measured.svg";
const README: &str = "README.md";
const BEGIN: &str = "<!-- measured: made by cargo xtask bench --keep -->\n";
const END: &str = "<!-- /measured -->\n";

/// What README tells.
const TOLD: [Measure; 15] = [
    Measure::BeforeBrotli,
    Measure::WholeBrotli,
    Measure::FirstBrotli,
    Measure::ReadySlow,
    Measure::BlockedSlow,
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

/// Keeps `report` in the checkout at `root`.
pub(crate) fn keep(root: &Path, report: &Report) -> Result<()> {
    fs::write(root.join(FIGURES), serde_json::to_string_pretty(report)? + "\n")?;
    fs::write(root.join(CHART), chart::draw(report))?;
    let readme = fs::read_to_string(root.join(README))?;
    fs::write(root.join(README), with_table(&readme, report)?)?;
    Ok(())
}

/// `readme` with the table of `report` in its place.
fn with_table(readme: &str, report: &Report) -> Result<String> {
    let (before, rest) = readme.split_once(BEGIN).context("README.md has no place for the table")?;
    let (_, after) = rest.split_once(END).context("README.md does not say where the table ends")?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", report.table(&TOLD, Detail::Median)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Conditions;

    #[test]
    fn readme_has_a_place_for_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let readme = fs::read_to_string(root.join(README)).unwrap();
        let measured = Conditions { on: "2026-11-27".into(), processors: 2, browser: "Chromium".into(), rounds: 7 };
        let report = Report { measured, contestants: Vec::new() };
        let once = with_table(&readme, &report).unwrap();
        assert!(once.contains("from the first step to a reference"));
        assert_eq!(with_table(&once, &report).unwrap(), once, "the table takes the place of the one before it");
    }
}
