//! The load that the backend bears: claims, photos and looks a second, memory and start, with a thousand, a hundred thousand and a
//! million claims stored, compared with a bare server that only syncs; and what the rules cost.
//!
//! `cargo xtask bench --backend` runs it. The real program is measured, in a process of its own, over loopback, with a
//! shop's configuration and tokens. Programs that are measured in turns are measured in the same minutes: a machine is never as quiet
//! as it was. It fails, once everything is printed, when a bound is broken: those of [`growth`],
//! [`rules`], [`claim_list`] and [`attack_impact`].
//!
//! This file reads the command line and takes the turns. Read [`plan`], [`round`] and [`report`] after it.

mod attack_impact;
mod attacker;
mod baseline;
mod claim_list;
mod client;
mod figure;
mod growth;
mod machine;
mod pictures;
mod plan;
mod program;
mod report;
mod requests;
mod round;
mod rules;
mod sample_data;
mod seed;
mod settings;
mod table;
mod unreported_lines;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, ensure};
use damage_report_backend::config::Config;
use lexopt::prelude::*;

use crate::{
    attack_impact::AttackImpact, claim_list::FilterFigures, machine::MachineDescription, pictures::PhotoTemplate,
    plan::MeasurementPlan, report::BenchmarkReport, round::RoundFigures,
};

const HELP: &str = "\
What the backend bears, and whether that depends on what is stored

Usage: damage-report-bench-backend [OPTIONS]

Options:
  --list      Only the list of claims, with the most claims stored
  --bad-day   Only how others fare on a bad day, with the fewest claims stored
  --quick     Fewer rounds, and no million of claims: under a minute and a half once the folders are seeded
  --out FILE  Where the figures go as JSON
  --help      Say this

DAMAGE_REPORT_BACKEND names the program that is measured [default: the one in the folder of this program].";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(broken) if broken.is_empty() => ExitCode::SUCCESS,
        Ok(broken) => {
            eprintln!("\nBounds are broken:\n  {}", broken.join("\n  "));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("damage-report-bench-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<Vec<String>> {
    let (mut plan, mut out, mut only) = (MeasurementPlan::WHOLE, None, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("quick") => plan = MeasurementPlan::QUICK,
            Long("bad-day") => only = Some(Part::BadDay),
            Long("list") => only = Some(Part::ClaimList),
            Long("out") => out = Some(PathBuf::from(arguments.value()?)),
            Long(baseline::ARGUMENT) => {
                baseline::serve(Path::new(&arguments.value()?)).await?;
                return Ok(Vec::new());
            }
            Long("help") => {
                println!("{HELP}");
                return Ok(Vec::new());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    match only {
        Some(Part::BadDay) => {
            let bad_day = Bench::open()?.bad_day(&plan).await?;
            println!("{bad_day}");
            return Ok(if bad_day.holds { Vec::new() } else { vec![bad_day.to_string()] });
        }
        Some(Part::ClaimList) => {
            let listed = Bench::open()?.claim_list(&plan).await?;
            println!("{}", table::claim_list_table(&listed).join("\n"));
            return Ok(listed.iter().filter(|listed| !listed.holds).map(ToString::to_string).collect());
        }
        None => {}
    }
    let report = measure(&plan).await?;
    println!("{}", table::report_tables(&report));
    if let Some(out) = out {
        fs::write(&out, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("{} cannot be written", out.display()))?;
    }
    Ok(report.broken_bounds())
}

/// The part that alone is measured.
enum Part {
    BadDay,
    ClaimList,
}

/// The program that is measured, and its folders.
struct Bench {
    program: PathBuf,
    target: PathBuf,
    config: Config,
    template: PhotoTemplate,
}

impl Bench {
    fn open() -> Result<Self> {
        let here = env::current_exe()?;
        let beside = || here.with_file_name(format!("damage-report-backend{}", env::consts::EXE_SUFFIX));
        let program = env::var_os("DAMAGE_REPORT_BACKEND").map_or_else(beside, PathBuf::from);
        ensure!(
            program.is_file(),
            "{} is not there: cargo build --release --package damage-report-backend",
            program.display()
        );
        // The folder that cargo builds in: it marks it.
        let target = here.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
        let target = target.unwrap_or(Path::new("target")).to_owned();
        Ok(Self { program, config: settings::config(&target)?, target, template: PhotoTemplate::generate()? })
    }

    async fn bad_day(&self, plan: &MeasurementPlan) -> Result<AttackImpact> {
        let claims = plan.stored.first().copied().unwrap_or_default();
        let folder = seed::seeded_folder(&self.target, claims, &self.config).await?;
        attack_impact::measure_attack_impact(&self.program, &folder, &self.template, plan.bad_days).await
    }

    async fn claim_list(&self, plan: &MeasurementPlan) -> Result<Vec<FilterFigures>> {
        let claims = plan.stored.last().copied().unwrap_or_default();
        let folder = seed::seeded_folder(&self.target, claims, &self.config).await?;
        claim_list::measure(&self.program, &folder, claims, plan.pages).await
    }
}

async fn measure(plan: &MeasurementPlan) -> Result<BenchmarkReport> {
    let bench = Bench::open()?;
    let Bench { program, target, config, template } = &bench;
    let rules = rules::measure(config)?;
    let mut folders = Vec::new();
    for &claims in plan.stored {
        eprintln!("{claims} claims: seeding, if that was not done before");
        folders.push((claims, seed::seeded_folder(target, claims, config).await?));
    }
    let (mut baseline, mut backend) = (Vec::new(), vec![Vec::new(); folders.len()]);
    for round in 0..plan.rounds {
        eprintln!("round {} of {}", round + 1, plan.rounds);
        baseline.push(RoundFigures::measure_baseline(&target.join("bench/backend/baseline"), plan, template).await?);
        // Another one comes first each time, so that none has the better turn.
        for turn in 0..folders.len() {
            let nth = (round + turn) % folders.len();
            let (claims, folder) = &folders[nth];
            backend[nth].push(RoundFigures::measure_backend(program, folder, *claims, plan, template).await?);
        }
    }
    let list = bench.claim_list(plan).await?;
    let bad_day = bench.bad_day(plan).await?;
    Ok(BenchmarkReport::from_rounds(plan, &baseline, &backend, rules, list, bad_day, MachineDescription::current()))
}
