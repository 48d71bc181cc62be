//! The picture for README: what a customer feels, a panel each, drawn from the figures of a run.

use std::fmt::Write as _;

use crate::{
    figure::Measure,
    report::{BenchmarkReport, SubjectFigures, TableDetail, format_figure},
    subject::BASELINE,
};

/// The figures in the chart: less is better in all of them.
const PANELS: [Measure; 6] =
    [Measure::WholeBrotli, Measure::ReadySlow, Measure::BlockedSlow, Measure::Accepted, Measure::Gap, Measure::Upload];

const COLUMNS: usize = 2;
const PANEL_WIDTH: usize = 400;
const NAMES_WIDTH: usize = 130;
const VALUES_WIDTH: usize = 76;
const ROW: usize = 22;
const HEAD: usize = 34;
const GAP: usize = 24;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#26323a}.t{font-weight:600}.v{fill:#55636d}\
    rect{fill:#a9b7c0}.us{fill:#0b5a63}.n{font-weight:600}\
    @media(prefers-color-scheme:dark){text{fill:#e4eaee}.v{fill:#a7b4bd}rect{fill:#51606a}.us{fill:#4fb3bf}}";

/// Draws `report`.
pub(crate) fn draw_chart(report: &BenchmarkReport) -> String {
    // The choices of a shop: no page that shows how low one could get, and no build that is gone.
    let is_choice = |entry: &&SubjectFigures| entry.completed.is_some() && entry.name != BASELINE;
    let entries: Vec<_> = report.subjects.iter().filter(is_choice).collect();
    let panel_height = HEAD + ROW * entries.len() + GAP;
    let (width, height) = (COLUMNS * PANEL_WIDTH, PANELS.len().div_ceil(COLUMNS) * panel_height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"The widget compared with the alternatives of a shop; shorter is better\">\n<style>{STYLE}</style>\n"
    );
    for (number, measure) in PANELS.into_iter().enumerate() {
        let (left, top) = (number % COLUMNS * PANEL_WIDTH, number / COLUMNS * panel_height);
        let unit = measure.unit().name;
        let _ = writeln!(svg, "<text class=\"t\" x=\"{left}\" y=\"{}\">{}, {unit}</text>", top + 18, title(measure));
        let medians = entries.iter().filter_map(|entry| Some(entry.figures.get(&measure)?.median));
        let most = medians.fold(f64::MIN_POSITIVE, f64::max);
        for (row, entry) in entries.iter().enumerate() {
            let top = top + HEAD + row * ROW;
            let text = top + 13;
            let ours = if row == 0 { " class=\"n\"" } else { "" };
            let _ = writeln!(svg, "<text{ours} x=\"{left}\" y=\"{text}\">{}</text>", entry.title);
            let bar = left + NAMES_WIDTH;
            let Some(figure) = entry.figures.get(&measure) else {
                let _ = writeln!(svg, "<text class=\"v\" x=\"{bar}\" y=\"{text}\">did not get there</text>");
                continue;
            };
            let room = PANEL_WIDTH - NAMES_WIDTH - VALUES_WIDTH;
            // Never so short that it is not seen.
            let length = (figure.median / most * room as f64).max(1.0).round();
            let class = if row == 0 { " class=\"us\"" } else { "" };
            let _ = writeln!(svg, "<rect{class} x=\"{bar}\" y=\"{top}\" width=\"{length}\" height=\"16\" rx=\"2\"/>");
            let value = format_figure(figure, measure, TableDetail::Median);
            let end = bar as f64 + length + 6.0;
            let _ = writeln!(svg, "<text class=\"v\" x=\"{end}\" y=\"{text}\">{value}</text>");
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The title of a panel: by itself, without the rows above it in a table.
fn title(measure: Measure) -> &'static str {
    match measure {
        Measure::BlockedSlow => "page blocked until then",
        Measure::Accepted => "five 12 MP photos, picked to accepted",
        _ => measure.title(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report::RunConditions, subject::TODAY};

    #[test]
    fn a_build_that_is_gone_is_no_choice_of_a_shop() {
        let entry = |name: &str| SubjectFigures {
            name: name.to_owned(),
            title: format!("[{name}]"),
            completed: Some(true),
            troubles: Vec::new(),
            figures: [].into(),
        };
        let measured = RunConditions { on: String::new(), processors: 2, browser: String::new(), rounds: 1 };
        let chart = draw_chart(&BenchmarkReport { measured, subjects: [TODAY, BASELINE, "preact"].map(entry).into() });
        let rows = |name: &str| chart.matches(&format!("[{name}]")).count();
        assert_eq!([TODAY, BASELINE, "preact"].map(rows), [PANELS.len(), 0, PANELS.len()]);
    }
}
