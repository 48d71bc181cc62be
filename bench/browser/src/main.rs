//! Compares the widget with the alternatives of a shop, all in one run: `cargo xtask bench` builds everything and
//! calls this.
//!
//! In reading order: [`subject`] is the compared program, and [`figure`] one measured quantity. [`measurement`] plans the
//! visits and reads each figure. A [`mod@visit`] is a fresh browser at a fresh shop, with [`proxy`] between them and `probe.js`
//! in the page; [`page_data`] is what a shop's server adds to that. [`memory`] and [`picture`] look from outside. [`mod@report`], [`chart`] and [`results`] write the outcome.
//! [`advice`] is measured without a browser.

mod advice;
mod chart;
mod figure;
mod measurement;
mod memory;
mod page_data;
mod picture;
mod proxy;
mod report;
mod results;
mod subject;
mod visit;
mod visit_kind;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use damage_report_e2e::environment::Environment;
use lexopt::prelude::*;
use tokio::time::timeout;

use crate::{
    figure::{Measure, Samples},
    measurement::VisitInputs,
    report::{BenchmarkReport, RunConditions, SubjectFigures, TableDetail},
    subject::{BASELINE, MeasuredPage, PageExtent, SUBJECTS},
    visit_kind::VisitKind,
};

/// How long a visit may take, on a machine that does other things as well.
const VISIT: Duration = Duration::from_secs(90);

/// The options of a run.
#[derive(Debug)]
struct Options {
    rounds: usize,
    only: Vec<String>,
    kinds: Vec<VisitKind>,
    /// The folder with the built pages.
    pages: PathBuf,
    /// Where the figures are written to.
    out: PathBuf,
    /// The checkout in which they are kept, if they are.
    keep: Option<PathBuf>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let options = options()?;
    let chosen = chosen(&options.only, &options.pages)?;
    let setup = VisitInputs::prepare(Environment::read()?, &options.pages)?;
    let mut samples: Vec<Samples> = chosen.iter().map(|_| Samples::default()).collect();
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for kind in &options.kinds {
            // The first subject of a round has the machine in another state, so each is first in turn.
            for turn in 0..chosen.len() {
                let index = (turn + round) % chosen.len();
                let (subject, samples) = (&chosen[index], &mut samples[index]);
                if kind.applies_to(subject) {
                    visit(*kind, &setup, subject, samples).await;
                }
            }
        }
    }
    let report = report(&options, &setup, &chosen, &samples)?;
    fs::write(&options.out, serde_json::to_string_pretty(&report)?)
        .with_context(|| format!("{} cannot be written", options.out.display()))?;
    println!("{}", report.table_with_outcome(&Measure::ALL, TableDetail::Spread));
    print!("{}", report.error_lines());
    let share = advice::advice_cost_share()?;
    println!("Advice on a photo takes {:.1} % of what its print takes to decode.", share * 100.0);
    if let Some(root) = &options.keep {
        results::write_results(root, &report)?;
    }
    ensure!(share < advice::SHARE_MAX, "Advice on photos may take {} % of that.", advice::SHARE_MAX * 100.0);
    Ok(())
}

/// Makes a visit. An error on it is part of the result.
async fn visit(kind: VisitKind, setup: &VisitInputs, subject: &MeasuredPage, samples: &mut Samples) {
    let outcome = timeout(VISIT, kind.measure(setup, subject, samples)).await;
    let trouble = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(error)) => format!("{kind:?}: {}", in_short(&error)),
        Err(_) => format!("{kind:?}: not over after {} seconds", VISIT.as_secs()),
    };
    eprintln!("{}: {trouble}", subject.title);
    samples.troubles.push((kind, trouble));
}

/// The error without the driver's own stack.
fn in_short(error: &anyhow::Error) -> String {
    let whole = format!("{error:#}");
    let before = whole.split("(Session info").next().unwrap_or(&whole);
    before.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn report(
    options: &Options,
    setup: &VisitInputs,
    chosen: &[MeasuredPage],
    samples: &[Samples],
) -> Result<BenchmarkReport> {
    let subjects = chosen.iter().zip(samples).map(|(subject, samples)| {
        let was_asked = subject.reach == PageExtent::Whole && options.kinds.contains(&VisitKind::Whole);
        let mut troubles: Vec<String> = samples.troubles.iter().map(|(_, trouble)| trouble.clone()).collect();
        troubles.dedup();
        SubjectFigures {
            name: subject.name.to_owned(),
            title: subject.title.to_owned(),
            completed: was_asked.then(|| samples.troubles.iter().all(|(kind, _)| *kind != VisitKind::Whole)),
            troubles,
            figures: samples.figures(),
        }
    });
    let version = Command::new(&setup.environment.programs.browser).arg("--version").output()?.stdout;
    let version = String::from_utf8_lossy(&version);
    let version = version.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    Ok(BenchmarkReport {
        subjects: subjects.collect(),
        measured: RunConditions {
            on: chrono::Utc::now().date_naive().to_string(),
            processors: thread::available_parallelism()?.get(),
            browser: version,
            rounds: options.rounds,
        },
    })
}

/// The subjects called so, or else all. The one of November 2026 is missing where the history is too short to build it.
fn chosen(only: &[String], pages: &Path) -> Result<Vec<MeasuredPage>> {
    if let Some(unknown) = only.iter().find(|name| SUBJECTS.iter().all(|one| one.name != **name)) {
        let names = SUBJECTS.map(|one| one.name).join(", ");
        bail!("There is no {unknown} to measure. There are {names}.");
    }
    let is_chosen = |one: &MeasuredPage| only.is_empty() || only.iter().any(|name| name == one.name);
    let is_built = |one: &MeasuredPage| one.name != BASELINE || pages.join(one.folder).is_dir();
    let chosen: Vec<_> = SUBJECTS.into_iter().filter(|one| is_chosen(one) && is_built(one)).collect();
    ensure!(!chosen.is_empty(), "{BASELINE} was not built, and nothing else was asked for.");
    Ok(chosen)
}

fn options() -> Result<Options> {
    let mut options = Options {
        rounds: 7,
        only: Vec::new(),
        kinds: VisitKind::ALL.to_vec(),
        pages: PathBuf::new(),
        out: PathBuf::from("bench.json"),
        keep: None,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("rounds") => options.rounds = arguments.value()?.parse()?,
            // Daily use: the ratios that change most, once.
            Long("quick") => {
                options.rounds = 1;
                options.kinds = vec![
                    VisitKind::Start,
                    VisitKind::SlowStart,
                    VisitKind::SlowOpening,
                    VisitKind::SlowOpeningPrefetched,
                    VisitKind::SlowOpeningWithData,
                    VisitKind::Photos,
                ];
            }
            Long("only") => options.only.push(arguments.value()?.string()?),
            Long("visit") => {
                let name = arguments.value()?.string()?;
                let kind = VisitKind::ALL.into_iter().find(|kind| format!("{kind:?}").eq_ignore_ascii_case(&name));
                options.kinds = vec![kind.with_context(|| format!("There is no visit {name}: {:?}.", VisitKind::ALL))?];
            }
            Long("pages") => options.pages = arguments.value()?.into(),
            Long("out") => options.out = arguments.value()?.into(),
            Long("keep") => options.keep = Some(arguments.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if !options.pages.join("damage-report/index.html").is_file() {
        let given = if options.pages.as_os_str().is_empty() { Path::new(".") } else { &options.pages };
        bail!("{} holds no pages to measure. `cargo xtask bench` builds them and runs this.", given.display());
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_november_are_measured_where_its_page_was_not_built() {
        let pages = std::env::temp_dir().join(format!("bench-pages-{}", std::process::id()));
        let names = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
            chosen(&only, &pages).map(|chosen| chosen.iter().map(|one| one.name).collect::<Vec<_>>())
        };
        let others = names(&[]).unwrap();
        assert_eq!(others.len(), SUBJECTS.len() - 1);
        assert!(!others.contains(&BASELINE));
        assert!(names(&[BASELINE]).unwrap_err().to_string().contains("was not built"));
        fs::create_dir_all(pages.join(BASELINE)).unwrap();
        assert_eq!(names(&[]).unwrap().len(), SUBJECTS.len());
        assert_eq!(names(&[BASELINE]).unwrap(), [BASELINE]);
        fs::remove_dir_all(pages).unwrap();
    }
}
