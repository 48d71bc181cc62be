//! Node and the tools from npm: wasm-opt (package binaryen), esbuild, axe-core for the journeys, a library for webhooks, and Node's own
//! brotli.
//!
//! Versions and digests are those of `npm/package-lock.json`; nothing is installed next to or above the checkout.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::{self, input_hash};
use crate::process::{read_output, run_fetching, run_program};
use crate::progress::run_step;

/// The first release line that the packages below and this project are tried with.
const OLDEST_NODE: u32 = 20;

/// The tools that build the widget and inspect it.
const TOOLS: NpmPackages = NpmPackages {
    name: "tools",
    about: "wasm-opt, esbuild and axe-core",
    package: include_str!("../npm/package.json"),
    lock: include_str!("../npm/package-lock.json"),
};

/// The library that verifies webhooks in Node.
pub(crate) const WEBHOOKS: NpmPackages = NpmPackages {
    name: "webhooks",
    about: "the library for webhooks",
    package: include_str!("../npm/webhooks/package.json"),
    lock: include_str!("../npm/webhooks/package-lock.json"),
};

/// Features that the compiler uses since Rust 1.87; wasm-opt refuses each of these unless told.
/// All are in the oldest browsers we serve (Chrome 105, Firefox 110, Safari 16.4).
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// How to treat the names in a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FunctionNames {
    /// Those of functions are left out, those of what is imported and exported made short.
    Short,
    /// Those of functions are left out.
    Given,
    /// All names stay, for a reader.
    Kept,
}

/// Packages that belong together, with the lock file that holds the digest of each.
pub(crate) struct NpmPackages {
    pub(crate) name: &'static str,
    /// A description for the line of progress.
    pub(crate) about: &'static str,
    pub(crate) package: &'static str,
    pub(crate) lock: &'static str,
}

impl NpmPackages {
    /// The folder that they are installed in, which is done first if need be.
    pub(crate) fn obtain(&self) -> Result<PathBuf> {
        require_node()?;
        let name = self.folder_name();
        let folder = match cache::find_tool(&name) {
            Some(folder) => folder,
            None => run_step(format_args!("Installing {} from npm for this user (once)", self.about), || {
                cache::obtain_tool(&name, |folder| {
                    fs::write(folder.join("package.json"), self.package)?;
                    fs::write(folder.join("package-lock.json"), self.lock)?;
                    install_packages(folder)
                })
            })?,
        };
        Ok(folder.join("node_modules"))
    }

    /// A name that changes with their versions.
    fn folder_name(&self) -> String {
        format!("npm-{}-{}", self.name, input_hash(&[self.lock.as_bytes()]))
    }
}

/// Installs the packages of the lock file in `folder`.
pub(crate) fn install_packages(folder: &Path) -> Result<()> {
    // No package needs its install script, and one that does not run cannot do harm.
    let mut npm = npm_command();
    npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    // By itself npm is silent for minutes before it says that there is no network.
    run_fetching(npm.args(["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]))
}

/// The packages of `npm/package.json`, installed.
#[derive(Debug)]
pub(crate) struct NodeTools {
    modules: PathBuf,
}

impl NodeTools {
    /// Finds the tools, and installs them first if they are missing.
    pub(crate) fn obtain() -> Result<Self> {
        Ok(Self { modules: TOOLS.obtain()? })
    }

    /// A name for these tools that changes with their versions.
    pub(crate) fn folder_name() -> String {
        TOOLS.folder_name()
    }

    /// axe-core as one script, to be run on a page that is tested.
    pub(crate) fn axe_script(&self) -> PathBuf {
        self.modules.join("axe-core").join("axe.min.js")
    }

    /// Leaves out of a wasm module what cannot be reached from the calls in `calls` (see `unused_exports`).
    pub(crate) fn remove_unreachable_code(&self, wasm: &Path, calls: &Path, into: &Path) -> Result<()> {
        let mut node = self.binaryen("wasm-metadce", wasm, into);
        // With names: the next tool sorts by them. It lists all that it has left out.
        read_output(node.arg("--graph-file").arg(calls).arg("-g")).map(drop)
    }

    /// Makes a wasm module as small as wasm-opt can. Gives what it says of the names that it made short: see `minify_names`.
    pub(crate) fn optimise_wasm(&self, wasm: &Path, into: &Path, naming: FunctionNames) -> Result<String> {
        let mut node = self.binaryen("wasm-opt", wasm, into);
        // These flags minimise the size over the wire, where brotli removes repetition: functions that are
        // called once stay functions unless they are small, and similar ones lie side by side (5 % less); what a function
        // says twice stays said twice, and `s` inlines a little more than `z` (1.5 % less, though 3 % more as it lies
        // there). The smallest are said wherever they are called (1 % less). At the bottom of memory is the far end of the
        // stack, where nothing lies. Blocks and loops made anew in between have one form where the compiler knew several (0.8 %).
        node.args(["-Os", "--flatten", "--rereloop", "-Os", "-Os", "--low-memory-unused", "--skip-pass=local-cse"]);
        node.args(["--one-caller-inline-max-function-size=20", "--always-inline-max-function-size=7"]);
        // By name first: what has nothing in common with what went before stays in this order (`function_order`).
        node.args(["--reorder-functions-by-name", "--strip-producers", "--strip-target-features"]);
        node.args(match naming {
            FunctionNames::Short => &["--strip-debug", "--minify-imports-and-exports-and-modules"][..],
            FunctionNames::Given => &["--strip-debug"],
            FunctionNames::Kept => &["-g"],
        });
        read_output(&mut node)
    }

    /// Bundles scripts for the browser tests, each with all that it imports. The bundles lie in `folder` as the scripts lie in
    /// `root`.
    pub(crate) fn bundle_test_scripts(&self, root: &Path, scripts: &[&str], folder: &Path) -> Result<()> {
        let mut node = Command::new("node");
        node.arg(self.modules.join("esbuild/bin/esbuild")).args(scripts).current_dir(root);
        node.args(["--bundle", "--format=esm", "--sourcemap=inline", "--log-level=warning", "--outbase=."]);
        let mut outdir = OsString::from("--outdir=");
        outdir.push(folder);
        run_program(node.arg(outdir))
    }

    fn binaryen(&self, tool: &str, wasm: &Path, into: &Path) -> Command {
        let mut node = Command::new("node");
        node.arg(self.modules.join("binaryen/bin").join(tool)).arg(wasm).arg("-o").arg(into).args(WASM_FEATURES);
        node
    }

    /// Packs the element of the project in `root`, with what wasm-bindgen left in `bound`, into the folder `site`: `small`,
    /// `readable` with source maps, or for a `package`. See `npm/pack.mjs`.
    pub(crate) fn pack_element(&self, bound: &Path, root: &Path, site: &Path, kind: &str) -> Result<()> {
        let mut node = Command::new("node");
        node.arg(root.join("xtask/npm/pack.mjs")).args([&self.modules, bound, root, site]);
        run_program(node.arg(kind))
    }
}

/// The sizes of files under brotli at its strongest, in the order given.
pub(crate) fn brotli_sizes(files: &[PathBuf]) -> Result<Vec<u64>> {
    const SCRIPT: &str = "const { brotliCompressSync, constants } = require('node:zlib');
        const { readFileSync } = require('node:fs');
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        for (const file of process.argv.slice(1)) console.log(brotliCompressSync(readFileSync(file), { params }).length);";
    let said = read_output(Command::new("node").args(["-e", SCRIPT, "--"]).args(files))?;
    said.lines().map(|line| line.parse().context("Node did not answer with sizes")).collect()
}

/// Says what to do where there is no Node that will do.
pub(crate) fn require_node() -> Result<()> {
    const ADVICE: &str = "Install Node 20 or newer with npm (nodejs.org, or the packages of your system)";
    let Ok(said) = read_output(Command::new("node").arg("--version")) else {
        bail!("Node is not installed, or not on PATH. {ADVICE}, then run the same command again.");
    };
    if major_version(&said).is_none_or(|major| major < OLDEST_NODE) {
        bail!("This is Node {said}, which is too old. {ADVICE}, then run the same command again.");
    }
    if read_output(npm_command().arg("--version")).is_err() {
        bail!("Node is here, but npm does not run. {ADVICE}, then run the same command again.");
    }
    Ok(())
}

/// npm, by its name on this system.
pub(crate) fn npm_command() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn major_version(said: &str) -> Option<u32> {
    said.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(major_version("v20.20.2"), Some(20));
        assert_eq!(major_version("v8.1.0"), Some(8));
        assert_eq!(major_version("nonsense"), None);
    }

    #[test]
    fn versions_are_exact_and_the_lock_file_holds_the_same() {
        let (_, packages) = TOOLS.package.split_once("dependencies\": {").unwrap();
        for line in packages.lines().filter_map(|line| line.trim().strip_suffix(',').or(Some(line.trim()))) {
            let Some((package, version)) = line.split_once("\": \"") else { continue };
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{package} {version}");
            assert!(TOOLS.lock.contains(line), "{line}");
        }
    }
}
