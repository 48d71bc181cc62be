//! The report as a person reads it: tables in Markdown, which the documentation takes as they are.

use crate::{
    claim_list::FilterFigures,
    figure::Figure,
    report::{BenchmarkReport, RequestFigures},
};

/// `report` for the standard output.
pub(crate) fn report_tables(report: &BenchmarkReport) -> String {
    let machine = &report.machine;
    let mut lines = vec![
        format!(
            "{} cores, {} MiB, {}, {}; medians of {} rounds (least to most)",
            machine.cores, machine.memory_mib, machine.system, machine.rustc, report.rounds
        ),
        String::new(),
        "| claims stored | asked | clients | a second | p50, ms | p99, ms | times the baseline |".to_owned(),
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    for backend in &report.backend {
        lines.extend(backend.figures.iter().map(|figures| row(&backend.claims_stored.to_string(), figures)));
    }
    lines.extend(report.baseline.iter().map(|figures| row("(baseline)", figures)));
    lines.extend([
        String::new(),
        "| claims stored | start, ms | memory at rest, MiB | with claims, MiB | with photos, MiB |".to_owned(),
        "| ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ]);
    lines.extend(report.backend.iter().map(|backend| {
        let figures = [
            &backend.start_ms,
            &backend.memory_at_rest_mib,
            &backend.memory_with_claims_mib,
            &backend.memory_with_photos_mib,
        ];
        format!("| {} | {} |", backend.claims_stored, figures.map(|figure| text(figure, 0)).join(" | "))
    }));
    lines.extend([String::new(), "What is stored:".to_owned()]);
    lines.extend(report.growth.iter().map(|growth| format!("- {growth}")));
    lines.extend([String::new(), "The rules:".to_owned()]);
    lines.extend(report.rules.iter().map(|rule| format!("- {rule}")));
    lines.push(String::new());
    lines.extend(claim_list_table(&report.list));
    lines.extend([String::new(), format!("- {}", report.bad_day)]);
    lines.join("\n")
}

/// How long pages of the list of claims take.
pub(crate) fn claim_list_table(list: &[FilterFigures]) -> Vec<String> {
    let head = [
        "| list of claims with | claims on the page | p50, ms | p95, ms | in the middle: claims | p50, ms | p95, ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ];
    let rows = list.iter().map(|FilterFigures { filter, first, deep, .. }| {
        let pages = [first, deep].map(|page| format!("{} | {:.1} | {:.1}", page.claims, page.p50_ms, page.p95_ms));
        let filter = if filter.is_empty() { "no filter".to_owned() } else { format!("`{filter}`") };
        format!("| {filter} | {} |", pages.join(" | "))
    });
    head.map(str::to_owned).into_iter().chain(rows).collect()
}

fn row(stored: &str, figures: &RequestFigures) -> String {
    let RequestFigures { kind, clients, per_second, p50_ms, p99_ms, times_the_baseline, .. } = figures;
    let [per_second, p50, p99] =
        [(per_second, 0), (p50_ms, 1), (p99_ms, 1)].map(|(figure, digits)| text(figure, digits));
    let baseline = times_the_baseline.as_ref().map(|times| text(times, 1)).unwrap_or_default();
    format!("| {stored} | {kind} | {clients} | {per_second} | {p50} | {p99} | {baseline} |")
}

fn text(figure: &Figure, digits: usize) -> String {
    format!("{:.digits$} ({:.digits$}–{:.digits$})", figure.median, figure.min, figure.max)
}
