//! Builds the widget with cargo, wasm-split, wasm-bindgen, wasm-opt and esbuild into one folder.
//!
//! The demo, the tests, CI and Trunk all use this build. `budgets` checks its size.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};

use crate::cache::{input_hash, lock_exclusively};
use crate::file_tree::{copy_folder, create_parent, files_below, rebase_path, remove_file, remove_folder};
use crate::first_words::first_words;
use crate::function_order::sort_by_similarity;
use crate::minify_names;
use crate::node::{FunctionNames, NodeTools};
use crate::process::{run_fetching, run_in_parallel};
use crate::progress::{CommandPart, RemainingParts, print_note, run_step};
use crate::report_glue::{Glue, cut_glue, whole_glue};
use crate::split::{LinkedModules, ModulePair};
use crate::tool::ensure_wasm_target;
use crate::unused_exports;
use crate::wasm_tools::WasmTools;
use crate::workspace::{WASM, Workspace};

/// For whom a widget is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuildMode {
    /// For customers: as small as can be.
    Release,
    /// For shops whose bundlers take it in.
    Package,
    /// For developers: built quickly, with names and source maps.
    Dev,
}

/// The kind of build and its folder.
#[derive(Debug, Clone)]
pub(crate) struct WidgetBuild {
    /// For whom.
    pub(crate) mode: BuildMode,
    /// With the demo page around it?
    pub(crate) with_demo: bool,
    /// The folder that receives it.
    pub(crate) out: PathBuf,
}

impl WidgetBuild {
    /// Builds the widget; a stage whose input has not changed is left out.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<()> {
        self.run_in(&RemainingParts::new(&Self::PARTS), workspace)
    }

    /// The parts of a command that make this build.
    pub(crate) const PARTS: [CommandPart; 3] = [CommandPart::WasmTools, CommandPart::Widget, CommandPart::Modules];

    /// As [`run`](Self::run), in a command of which these parts are still `remaining`.
    pub(crate) fn run_in(&self, remaining: &RemainingParts, workspace: &Workspace) -> Result<()> {
        // Seconds, and it shows at once where there is no Node or no network.
        let node = NodeTools::obtain()?;
        ensure_wasm_target(workspace)?;
        let tools = self.compile(remaining, workspace)?;
        let work = workspace.target_folder().join("xtask").join(self.mode.name());
        fs::create_dir_all(&work).with_context(|| format!("{} cannot be created", work.display()))?;
        let _lock = lock_exclusively(&work.join("lock"), "building the widget")?;
        let bound = remaining.run(CommandPart::Modules, || self.bind(workspace, &node, &tools, &work))?;
        let site = work.join("site");
        run_step("Gathering scripts, styles and languages", || {
            remove_folder(&site)?;
            self.gather(workspace, &node, &bound, &site)
        })?;
        deliver(&site, &self.out, self.out == workspace.dist_folder())
    }

    /// Compiles the crate, and meanwhile the tools for the later steps.
    fn compile(&self, remaining: &RemainingParts, workspace: &Workspace) -> Result<WasmTools> {
        if let Some(tools) = WasmTools::find(workspace)? {
            remaining.skip(CommandPart::WasmTools);
            remaining.run(CommandPart::Widget, || self.link(workspace))?;
            return Ok(tools);
        }
        // The first time, the tools are built in the pauses that the widget's build leaves the second core.
        thread::scope(|scope| {
            let tools = scope.spawn(|| remaining.run(CommandPart::WasmTools, || WasmTools::obtain(workspace)));
            let linked = remaining.run(CommandPart::Widget, || self.link(workspace));
            let tools = tools.join().expect("compiling a tool does not panic");
            linked.and(tools)
        })
    }

    /// Compiles the crate in parallel with other work, so that a later [`run`](Self::run) finds it done.
    pub(crate) fn compile_ahead(&self, workspace: &Workspace) -> Result<()> {
        ensure_wasm_target(workspace)?;
        run_in_parallel(&mut self.cargo_for_module(workspace), "widget")
    }

    /// Compiles the crate to one module.
    fn link(&self, workspace: &Workspace) -> Result<()> {
        run_step(format_args!("Compiling the widget ({})", self.mode.name()), || {
            run_fetching(&mut self.cargo_for_module(workspace))
        })
    }

    fn cargo_for_module(&self, workspace: &Workspace) -> Command {
        let mut cargo = workspace.cargo_command();
        cargo.args(["rustc", "--package", "damage-report", "--lib", "--crate-type", "cdylib", "--target", WASM]);
        if self.mode != BuildMode::Dev {
            let flags = [without_paths(workspace), vec![INLINING.to_owned()]].concat();
            cargo.arg("--config").arg(format!("target.{WASM}.rustflags={flags:?}"));
        }
        // wasm-split needs the relocations.
        cargo.args(["--features", "split", "--profile", self.mode.profile(), "--", "-Clink-arg=--emit-relocs"]);
        cargo
    }

    /// Runs the steps after the compiler, unless the same versions of these processed this very module last time.
    fn bind(&self, workspace: &Workspace, node: &NodeTools, tools: &WasmTools, work: &Path) -> Result<PathBuf> {
        let compiled = workspace.target_folder().join(WASM).join(self.mode.folder()).join("damage_report.wasm");
        let module = fs::read(&compiled).with_context(|| format!("{} cannot be read", compiled.display()))?;
        let (bound, stamp_file) = (work.join("bound"), work.join("bound.stamp"));
        // How these tools are called is an input too, and this program is what says it.
        let this_program = env::current_exe().and_then(fs::read).context("This program cannot read itself")?;
        let versions = [tools.version(), NodeTools::folder_name()].concat();
        let stamp = input_hash(&[&module, versions.as_bytes(), &this_program]);
        if fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
            print_note("The module is as it was: wasm-split, wasm-bindgen and wasm-opt have nothing to do");
            return Ok(bound);
        }
        // Gone before the work begins, so that work cut short does not pass for done.
        remove_file(&stamp_file)?;
        remove_folder(&bound)?;
        let parts = work.join("parts");
        remove_folder(&parts)?;
        run_step("Splitting the module in two (wasm-split)", || tools.split(workspace, &compiled, &parts))?;
        run_step("Binding the module to the browser (wasm-bindgen)", || {
            tools.bind(workspace, &parts.join("main.wasm"), &bound, "widget")
        })?;
        let (wasm, report) = (bound.join("widget_bg.wasm"), bound.join("report.wasm"));
        let [glue_file, report_glue_file] = ["widget.js", "report-glue.js"].map(|script| bound.join(script));
        let glue = fs::read_to_string(&glue_file).context("The glue cannot be read")?;
        let glue = unused_exports::without_loader(&glue)?;
        let write_glue = |glue: &Glue| {
            fs::write(&glue_file, &glue.first)
                .and_then(|()| fs::write(&report_glue_file, &glue.report))
                .context("The glue cannot be written")
        };
        let second = fs::read(parts.join("split_report.wasm"))?;
        if self.mode == BuildMode::Dev {
            let pair = ModulePair::new(fs::read(&wasm)?, second, None)?;
            fs::write(&wasm, pair.first()).context("The first module cannot be written")?;
            fs::write(&report, pair.second(&BTreeMap::new())?).context("The second module cannot be written")?;
            write_glue(&whole_glue(&glue))?;
        } else {
            let before = LinkedModules { linked: module, main: fs::read(parts.join("main.wasm"))? };
            let pair = ModulePair::new(fs::read(&wasm)?, second, Some((&before, &glue)))?;
            fs::write(&wasm, pair.first()).context("The first module cannot be written")?;
            run_step("Making the modules small (wasm-metadce, wasm-opt)", || {
                let [calls, pruned, small] =
                    ["calls.json", "pruned.wasm", "small.wasm"].map(|intermediate| work.join(intermediate));
                let glue = minify_names::with_arrow_functions(&unused_exports::remove_unused_exports(&glue));
                fs::write(&calls, unused_exports::reachability_graph(&glue, &pair.names_imported_by_second()?))
                    .context("What is called cannot be written down")?;
                node.remove_unreachable_code(&wasm, &calls, &pruned)?;
                let renamed = node.optimise_wasm(&pruned, &small, FunctionNames::Short)?;
                let Glue { first, report: report_glue } = cut_glue(&glue, &pair.glue_imported_by_second())?;
                let names = |glue: &str| minify_names::minify_export_names(glue, &renamed);
                write_glue(&Glue {
                    first: minify_names::minify_glue_names(&first, &renamed)?,
                    report: names(&report_glue),
                })?;
                fs::write(&wasm, sort_by_similarity(&fs::read(&small)?)?)
                    .context("The optimised module cannot be put in place")?;
                let second = work.join("second.wasm");
                fs::write(&second, pair.second(&minify_names::renamed_exports(&renamed))?)?;
                node.optimise_wasm(&second, &small, FunctionNames::Given)?;
                fs::write(&report, sort_by_similarity(&fs::read(&small)?)?)
                    .context("The optimised second module cannot be put in place")
            })?;
        }
        fs::write(&stamp_file, stamp).with_context(|| format!("{} cannot be written", stamp_file.display()))?;
        Ok(bound)
    }

    /// The two wasm modules of the last [`run`](Self::run), with the names of their functions kept.
    pub(crate) fn named_modules(&self, workspace: &Workspace) -> Result<[Vec<u8>; 2]> {
        let work = workspace.target_folder().join("xtask").join(self.mode.name());
        let (node, named) = (NodeTools::obtain()?, work.join("named.wasm"));
        let module = |intermediate: &str| {
            node.optimise_wasm(&work.join(intermediate), &named, FunctionNames::Kept)?;
            fs::read(&named).with_context(|| format!("{} cannot be read", named.display()))
        };
        Ok([module("pruned.wasm")?, module("second.wasm")?])
    }

    /// Puts everything that is served into one folder.
    fn gather(&self, workspace: &Workspace, node: &NodeTools, bound: &Path, site: &Path) -> Result<()> {
        let root = workspace.root();
        let first_words = first_words(&bound.join("widget_bg.wasm"), &root.join("locales/nl.json"))?;
        fs::write(bound.join("first-words.json"), first_words)
            .context("The words of the first page cannot be listed")?;
        node.pack_element(bound, root, site, self.mode.packing())?;
        if self.with_demo {
            fs::copy(root.join(PAGE), site.join(PAGE)).with_context(|| format!("{PAGE} cannot be copied"))?;
            copy_folder(&root.join("demo"), &site.join("demo"))?;
            // These are for the type check.
            for file in ["tsconfig.json", "types.d.ts"] {
                remove_file(&site.join("demo").join(file))?;
            }
        }
        Ok(())
    }
}

impl BuildMode {
    fn name(self) -> &'static str {
        match self {
            Self::Release | Self::Package => "release",
            Self::Dev => "dev",
        }
    }

    /// How the element is packed.
    fn packing(self) -> &'static str {
        match self {
            Self::Release => "small",
            Self::Package => "package",
            Self::Dev => "readable",
        }
    }

    fn profile(self) -> &'static str {
        match self {
            Self::Release | Self::Package => "widget",
            Self::Dev => "dev",
        }
    }

    /// The folder under target/ that cargo gives the profile; only dev's has another name.
    fn folder(self) -> &'static str {
        match self {
            Self::Release | Self::Package => "widget",
            Self::Dev => "debug",
        }
    }
}

/// The demo's page; its parts are in `demo`.
const PAGE: &str = "index.html";

/// How large a function may be to be compiled into its callers. The compiler's own measure where code is to be small is 5: that
/// makes the largest number of small functions, each with its way in and out. Over the wire the least is here (0.7 % less).
const INLINING: &str = "-Cllvm-args=-inline-threshold=25";

/// Tells the compiler to leave out where on this machine the sources lay. Panic messages would carry that to every
/// customer, and two machines would build two different widgets.
fn without_paths(workspace: &Workspace) -> Vec<String> {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let sources = cargo_home.or_else(|| Some(env::home_dir()?.join(".cargo"))).map(|home| home.join("registry/src"));
    // A folder for each registry, named for where it is.
    let registries = sources.and_then(|sources| fs::read_dir(sources).ok()).into_iter().flatten().flatten();
    let crates = registries.map(|registry| format!("--remap-path-prefix={}=crates", registry.path().display()));
    let own = format!("--remap-path-prefix={}=.", workspace.root().display());
    crates.chain([own]).collect()
}

/// Copies what has changed to where it is served from. Files there that are not of this build stay, unless the folder
/// is `ours` alone.
fn deliver(site: &Path, out: &Path, ours: bool) -> Result<()> {
    let files = files_below(site)?;
    for file in &files {
        let target = rebase_path(file, site, out)?;
        let fresh = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        if fs::read(&target).is_ok_and(|served| served == fresh) {
            continue;
        }
        create_parent(&target)?;
        // Renamed into place: a page that loads at this moment gets the old file or the new one.
        let partial = target.with_added_extension("partial");
        fs::write(&partial, fresh)
            .and_then(|()| fs::rename(&partial, &target))
            .with_context(|| format!("{} cannot be written", target.display()))?;
    }
    if ours {
        for served in files_below(out)? {
            if !rebase_path(&served, out, site)?.is_file() {
                remove_file(&served)?;
                // With the last of its files an earlier build's folder goes.
                let _ = fs::remove_dir(served.parent().unwrap_or(out));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("xtask-widget-{name}-{}", std::process::id()));
            remove_folder(&folder).unwrap();
            Self(folder)
        }

        fn write(&self, file: &str, text: &str) {
            let path = self.0.join(file);
            create_parent(&path).unwrap();
            fs::write(path, text).unwrap();
        }

        fn has(&self, file: &str) -> bool {
            self.0.join(file).is_file()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = remove_folder(&self.0);
        }
    }

    #[test]
    fn what_an_earlier_build_left_in_our_own_folder_goes() {
        let scratch = Scratch::new("ours");
        scratch.write("site/locales/nl.json", "{}");
        scratch.write("dist/old.js", "");
        deliver(&scratch.0.join("site"), &scratch.0.join("dist"), true).unwrap();
        assert!(scratch.has("dist/locales/nl.json"));
        assert!(!scratch.has("dist/old.js"));
    }

    #[test]
    fn what_lies_in_a_folder_of_someone_elses_stays() {
        let scratch = Scratch::new("theirs");
        scratch.write("site/widget.js", "new");
        scratch.write("shop/index.html", "");
        scratch.write("shop/widget.js", "old");
        deliver(&scratch.0.join("site"), &scratch.0.join("shop"), false).unwrap();
        assert!(scratch.has("shop/index.html"));
        assert_eq!(fs::read_to_string(scratch.0.join("shop/widget.js")).unwrap(), "new");
    }
}
