//! `cargo xtask`: the project's own commands. This file parses the command line and prints the help.
//!
//! Each command has a module. None of them needs a shell, so they run on Linux, macOS and Windows.

mod bench;
mod browser;
mod budgets;
mod cache;
mod checks;
mod choice;
mod delegation;
mod demo;
mod embed;
mod failures;
mod file_tree;
mod first_words;
mod format;
mod function_order;
mod imports;
mod javascript;
mod journeys;
mod minify_names;
mod named_tests;
mod node;
mod outcome;
mod package;
mod passed;
mod process;
mod progress;
mod python;
mod report_glue;
mod size_report;
mod split;
mod suite;
mod test_programs;
mod tool;
mod unused_exports;
mod wasm_symbols;
mod wasm_tools;
mod widget;
mod workspace;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::bench::BenchCommand;
use crate::budgets::WidgetSizes;
use crate::checks::Checks;
use crate::choice::CheckSelection;
use crate::demo::DemoCommand;
use crate::package::NpmPackage;
use crate::progress::{Colour, colourise};
use crate::size_report::SizeCommand;
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::Workspace;

const HELP: &str = "\
The commands of this project; each installs what it needs first.

Usage: cargo xtask <COMMAND>

Commands:
  demo    Start a shop's order page with the widget on it, and a backend behind it
  test    Check everything: format, lints, docs, rules, backend, browser tests, the whole journey
  format  Lay out sources and documents as the check of that name wants them
  widget  Build the widget into a folder, and say what it weighs
  size    Say what each part, crate and function of the widget weighs, or what a change makes of it
  package Make the npm package of it, and look it over
  embed   Create apps with Vite, Vue and Next.js, put the package in, and make a report on each
  bench   Compare it with other upload forms

cargo xtask <COMMAND> --help says more.";

const DEMO_HELP: &str = "\
Start a shop's order page with the widget on it, and a backend behind it.

Builds what is out of date, then serves the page on this machine until Ctrl-C.

Usage: cargo xtask demo [OPTIONS]

Options:
  --port PORT  Where to serve, on 127.0.0.1 [default: 8080]
  --data DIR   Where claims and photos are kept [default: demo-data in the checkout]
  --fresh      Forget what an earlier run kept
  --help       Say this";

const TEST_HELP: &str = "\
Check everything, in the order in which it is quickest to learn what is wrong. A check that fails does not keep the
others from being made; what failed is said once more in the end, with the command that runs it alone.

Usage: cargo xtask test [OPTIONS] [NAME]... [-- TEST...]

Arguments:
  [NAME]...    Only these checks, or `quick` for those of daily work [default: all of them, but for those that passed with the files
               as they are]
  [TEST]...    Only tests whose names hold one of these; after --exact, those of these names

Options:
  --list       Say which checks there are
  --again      Make those again that passed with the files as they are
  --fail-fast  End at the first check that fails
  --help       Say this";

const FORMAT_HELP: &str = "\
Lay out Rust by rustfmt, scripts and style sheets by Biome, and documents by rumdl: one sentence a line. The check `format` compares.

Usage: cargo xtask format";

const WIDGET_HELP: &str = "\
Build the widget into a folder, and say what it weighs.

Usage: cargo xtask widget [OPTIONS]

Options:
  --dev      Build quickly, with names and source maps, instead of small
  --demo     Add the demo page
  --out DIR  The folder [default: the one Trunk names in TRUNK_STAGING_DIR when Trunk is calling, else dist]
  --help     Say this";

const SIZE_HELP: &str = "\
Build the widget, and say what each of its parts weighs, and each crate, module and function in its module.

Usage: cargo xtask size [OPTIONS]

Options:
  --functions N   How many functions to list [default: 40]
  --wire          Say as well what the module would be lighter by without each crate and module (a minute)
  --save FILE     Keep it, to compare with later
  --against FILE  Say only how it differs from what was kept
  --help          Say this";

const PACKAGE_HELP: &str = "\
Make the npm package of the widget under target/package, and look it over as npm's users would.

Usage: cargo xtask package";

const EMBED_HELP: &str = "\
Create apps by the commands of their makers, put the package in as docs/bundlers.md says, check their types, build them, and
make a report on each in Chromium against the demo's backend. Notes the day and all versions in e2e/frameworks/created.

Usage: cargo xtask embed [NAME]...

Arguments:
  [NAME]...  Only these apps: react, vue, next [default: all of them]";

const BENCH_HELP: &str = "\
Compare the widget with the alternatives of a shop, all in one run.

Usage: cargo xtask bench [OPTIONS]

Options:
  --quick       In less than three minutes: one round of the visits that change most
  --rounds N    How many times each visit is made [default: 7]
  --only NAME   Only this subject, by its name in bench/peers/README.md; may be said again
  --visit NAME  Only this kind of visit; a wrong name lists all of them
  --backend     Measure the backend instead, with up to a million claims
  --keep        Renew docs/measured.json, and the tables and the chart that are made of it
  --help        Say this";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {error}", colourise(Colour::Red, "error:"));
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) => match command.to_str() {
            Some("demo") => demo(arguments),
            Some("test") => test(arguments),
            Some("format") => format(arguments),
            Some("widget") => widget(arguments),
            Some("size") => size(arguments),
            Some("package") => package(arguments),
            Some("embed") => embed(arguments),
            Some("bench") => bench(arguments),
            Some("help") => {
                println!("{HELP}");
                Ok(())
            }
            _ => bail!("There is no command {}. cargo xtask --help lists them.", command.display()),
        },
        Some(Short('h') | Long("help")) | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
    }
}

fn demo(mut arguments: lexopt::Parser) -> Result<()> {
    let workspace = Workspace::locate()?;
    let mut demo = DemoCommand { port: 8080, data: workspace.root().join("demo-data"), fresh: false };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => {
                let value = arguments.value()?;
                demo.port = value.parse().ok().filter(|port| *port > 0).with_context(|| {
                    format!("--port wants a number from 1 to 65535, and {} is none.", value.display())
                })?;
            }
            Long("fresh") => demo.fresh = true,
            Long("data") => demo.data = from_here(arguments.value()?.into())?,
            Short('h') | Long("help") => {
                println!("{DEMO_HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    demo.run(&workspace)
}

fn test(mut arguments: lexopt::Parser) -> Result<()> {
    let mut choice = CheckSelection::default();
    loop {
        // The test programs read the arguments after it.
        if arguments.try_raw_args().is_some_and(|mut raw| raw.next_if(|argument| argument == "--").is_some()) {
            let told = arguments.raw_args()?.map(|argument| argument.string());
            choice.told = told.collect::<Result<_, _>>()?;
        }
        let Some(argument) = arguments.next()? else { break };
        match argument {
            Value(name) => choice.names.push(name.string()?),
            Long("fail-fast") => choice.fail_fast = true,
            Long("again") => choice.again = true,
            Long("list") => {
                println!("{}", Checks::list());
                return Ok(());
            }
            Short('h') | Long("help") => {
                println!("{TEST_HELP}\n\nChecks:\n{}", Checks::list());
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Checks::new(Workspace::locate()?).run(&choice)
}

fn format(mut arguments: lexopt::Parser) -> Result<()> {
    match arguments.next()? {
        None => format::format(&Workspace::locate()?),
        Some(Short('h') | Long("help")) => {
            println!("{FORMAT_HELP}");
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
    }
}

fn widget(mut arguments: lexopt::Parser) -> Result<()> {
    let workspace = Workspace::locate()?;
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let out = staging.unwrap_or_else(|| workspace.dist_folder());
    let mut build = WidgetBuild { mode: BuildMode::Release, with_demo: false, out };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("dev") => build.mode = BuildMode::Dev,
            Long("demo") => build.with_demo = true,
            Long("out") => build.out = from_here(arguments.value()?.into())?,
            Short('h') | Long("help") => {
                println!("{WIDGET_HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    build.run(&workspace)?;
    if build.mode == BuildMode::Release {
        println!("{}", WidgetSizes::measure(&build.out)?);
    }
    Ok(())
}

fn size(mut arguments: lexopt::Parser) -> Result<()> {
    let mut size = SizeCommand { functions: 40, over_the_wire: false, save: None, against: None };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("functions") => size.functions = arguments.value()?.parse()?,
            Long("wire") => size.over_the_wire = true,
            Long("save") => size.save = Some(from_here(arguments.value()?.into())?),
            Long("against") => size.against = Some(from_here(arguments.value()?.into())?),
            Short('h') | Long("help") => {
                println!("{SIZE_HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    size.run(&Workspace::locate()?)
}

fn package(mut arguments: lexopt::Parser) -> Result<()> {
    if let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => println!("{PACKAGE_HELP}"),
            other => return Err(other.unexpected().into()),
        }
        return Ok(());
    }
    let workspace = Workspace::locate()?;
    let package = NpmPackage::make(&workspace)?;
    package.check(&workspace)?;
    println!("{}", package.tarball().display());
    Ok(())
}

fn embed(mut arguments: lexopt::Parser) -> Result<()> {
    let mut names = vec![];
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(name) => names.push(name.string()?),
            Short('h') | Long("help") => {
                println!("{EMBED_HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    embed::try_in_new_apps(&Workspace::locate()?, &names)
}

fn bench(mut arguments: lexopt::Parser) -> Result<()> {
    let mut bench = BenchCommand::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("quick") => bench.quick = true,
            Long("keep") => bench.keep = true,
            Long("backend") => bench.backend = true,
            Long(name @ ("rounds" | "only" | "visit")) => {
                let name = format!("--{name}");
                bench.passed_on.extend([name, arguments.value()?.string()?]);
            }
            Short('h') | Long("help") => {
                println!("{BENCH_HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if bench.backend && (bench.keep || !bench.passed_on.is_empty()) {
        bail!("--backend goes with --quick alone: the other options are about pages.");
    }
    bench.run(&Workspace::locate()?)
}

/// A path as it was typed is meant from where it was typed; programs run at the root of the workspace.
fn from_here(path: PathBuf) -> Result<PathBuf> {
    std::path::absolute(&path).with_context(|| format!("{} is not a path", path.display()))
}
