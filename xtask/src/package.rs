//! `cargo xtask package`: makes the npm package of a built widget, checks it as a user installs it, and builds the order pages of
//! `e2e/frameworks` with it.
//!
//! `npm/package/package.mjs` defines the content of the package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::file_tree::copy_folder;
use crate::file_tree::remove_folder;
use crate::node::{NpmPackages, install_packages, npm_command};
use crate::process::{read_output, run_fetching, run_program};
use crate::progress::run_step;
use crate::wasm_tools::WasmTools;
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::{WASM, Workspace};

/// The tools that read the contract and inspect the package.
const PACKING: NpmPackages = NpmPackages {
    name: "packing",
    about: "what looks over packages",
    package: include_str!("../npm/package/package.json"),
    lock: include_str!("../npm/package/package-lock.json"),
};

/// The committed contract of the element, for readers who build nothing.
const MANIFEST: &str = "docs/custom-elements.json";

/// The pages of `e2e/frameworks` that a bundler makes.
const BUNDLED: [&str; 3] = ["react", RENDERED, "vue"];

/// The one that a server renders before a browser takes it over.
const RENDERED: &str = "react-server";

/// The examples of the docs, which are checked as a shop's own code would be.
const EXAMPLES: &str = "docs/bundlers.md";

/// The page that cargo makes, and where it is written.
const LEPTOS_PAGE: &str = "damage-report-leptos-page";
const LEPTOS: &str = "e2e/frameworks/leptos/src/main.rs";

/// Where it is told which files are served.
const SERVED: &str = "docs/embedding.md";

/// The package, packed.
pub(crate) struct NpmPackage {
    folder: PathBuf,
    tarball: PathBuf,
}

impl NpmPackage {
    /// Builds the widget and packs it.
    pub(crate) fn make(workspace: &Workspace) -> Result<Self> {
        let packing = PACKING.obtain()?;
        let site = workspace.target_folder().join("package").join("site");
        remove_folder(&site)?;
        WidgetBuild { mode: BuildMode::Package, with_demo: false, out: site.clone() }.run(workspace)?;
        let folder = workspace.target_folder().join("package").join("damage-report");
        let version = env!("CARGO_PKG_VERSION");
        run_step("Making the package", || {
            let mut node = Command::new("node");
            node.arg(workspace.root().join("xtask/npm/package/package.mjs"));
            run_program(node.args([&packing, workspace.root(), &site, &folder]).arg(version))?;
            let said = read_output(
                npm_command()
                    .args(["pack", "--silent", "--pack-destination", "."])
                    .arg(&folder)
                    .current_dir(up(&folder)),
            )?;
            let name = said.lines().last().context("npm names no package")?;
            Ok(Self { tarball: up(&folder).join(name), folder: folder.clone() })
        })
    }

    /// Refuses a package that others could not use, and a contract that is not the one in `docs`.
    pub(crate) fn check(&self, workspace: &Workspace) -> Result<()> {
        let packing = PACKING.obtain()?;
        let tool = |path: &str| {
            let mut node = Command::new("node");
            node.arg(packing.join(path));
            node
        };
        run_step("Looking over the package (publint, are-the-types-wrong)", || {
            run_program(tool("publint/src/cli.js").args(["--strict", "--pack", "npm"]).arg(&self.folder))?;
            let mut types = tool("@arethetypeswrong/cli/dist/index.js");
            // It is of modules alone: what is `require`d there is no concern.
            read_output(types.arg(&self.tarball).args(["--profile", "esm-only", "--format", "ascii"])).map(drop)
        })?;
        let (says, made) = (workspace.root().join(MANIFEST), self.folder.join("custom-elements.json"));
        if fs::read(&says).ok() != fs::read(&made).ok() {
            bail!("{MANIFEST} is not what js/damage-report.js says. Put {} in its place.", made.display());
        }
        self.check_served(workspace)
    }

    /// Refuses a file in the loader's folder that the docs do not name, but for the languages.
    fn check_served(&self, workspace: &Workspace) -> Result<()> {
        let docs = fs::read_to_string(workspace.root().join(SERVED))?;
        let mut names = vec![];
        for folder in fs::read_dir(&self.folder)?.flatten().filter(|entry| entry.path().is_dir()) {
            names.extend(fs::read_dir(folder.path())?.flatten().map(|file| file.file_name().display().to_string()));
        }
        names.retain(|name| !name.ends_with(".json"));
        ensure!(names.len() > 5, "The loader's folder has no more than {names:?}");
        names.retain(|name| !docs.contains(&format!("`{name}`")));
        ensure!(names.is_empty(), "{SERVED} does not name {}", names.join(", "));
        Ok(())
    }

    /// Builds the order pages of `e2e/frameworks` with the package, as its users would, and gives their folder.
    pub(crate) fn build_pages(&self, workspace: &Workspace) -> Result<PathBuf> {
        let work = workspace.target_folder().join("package").join("frameworks");
        let sources = workspace.root().join("e2e/frameworks");
        let lock = fs::read(sources.join("package-lock.json")).context("e2e/frameworks has no lock file")?;
        let is_installed = fs::read(work.join("package-lock.json")).is_ok_and(|installed| installed == lock);
        if !is_installed {
            remove_folder(&work)?;
        }
        copy_folder(&sources, &work)?;
        if !is_installed {
            // Half an installation must not pass for one.
            let outcome = run_step("Installing React, Vue and Vite from npm", || install_packages(&work));
            outcome.inspect_err(|_| drop(remove_folder(&work)))?;
        }
        let pages = work.join("pages");
        run_step("Building order pages with the package (plain, React, Vue)", || {
            let mut npm = npm_command();
            npm.args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--offline"])
                .arg(&self.tarball);
            read_output(npm.current_dir(&work))?;
            let tool = |path: &str| {
                let mut node = Command::new("node");
                node.arg(work.join("node_modules").join(path)).current_dir(&work);
                node
            };
            write_examples(workspace, &work.join("docs"))?;
            read_output(tool("vue-tsc/bin/vue-tsc.js").arg("--noEmit"))
                .context("The package's types do not fit the pages, or the examples of docs/bundlers.md")?;
            for page in BUNDLED {
                let mut vite = tool("vite/bin/vite.js");
                vite.args(["build", page, "--config", "vite.config.js", "--logLevel", "warn", "--outDir"]);
                read_output(vite.arg(pages.join(page)).arg("--emptyOutDir"))?;
            }
            remove_folder(&pages.join("html"))?;
            copy_folder(&work.join("html"), &pages.join("html"))?;
            copy_folder(&work.join("node_modules/damage-report"), &pages.join("html/damage-report"))?;
            let renderer = work.join("renderer");
            let mut vite = tool("vite/bin/vite.js");
            vite.args(["build", RENDERED, "--config", "vite.config.js", "--logLevel", "warn", "--ssr", "server.tsx"]);
            read_output(vite.arg("--outDir").arg(&renderer).arg("--emptyOutDir"))?;
            let mut node = Command::new("node");
            node.arg(work.join("render.mjs")).arg(renderer.join("server.js"));
            read_output(node.arg(pages.join(RENDERED).join("index.html")).current_dir(&work)).map(drop)
        })?;
        run_step("Building an order page in Leptos", || {
            build_leptos_page(workspace, &pages.join("leptos"))?;
            copy_folder(&work.join("node_modules/damage-report"), &pages.join("leptos/damage-report"))
        })?;
        Ok(pages)
    }

    /// Its content.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where it lies.
    pub(crate) fn tarball(&self) -> &Path {
        &self.tarball
    }
}

/// Builds the page in Leptos as it would be without Trunk, which puts into a page what a strict policy refuses. In the dev
/// profile: much of what it is built of is there from the browser tests.
fn build_leptos_page(workspace: &Workspace, page: &Path) -> Result<()> {
    run_fetching(workspace.cargo_command().args(["build", "--package", LEPTOS_PAGE, "--target", WASM]))?;
    let module = workspace.target_folder().join(WASM).join("debug").join(LEPTOS_PAGE).with_extension("wasm");
    remove_folder(page)?;
    WasmTools::obtain(workspace)?.bind(workspace, &module, page, "page")?;
    for file in ["index.html", "main.js"] {
        let source = workspace.root().join("e2e/frameworks/leptos").join(file);
        fs::copy(&source, page.join(file)).with_context(|| format!("{} cannot be copied", source.display()))?;
    }
    Ok(())
}

/// Type errors in Vue: changes of the example that make it wrong.
const WRONG: [[&str; 2]; 2] =
    [["fetchToken(orderLine)", "new Date()"], [":order-line=\"orderLine\"", ":order-line=\"5\""]];

/// Writes the examples in React and Vue into `folder`, and some in Vue that are wrong: those must not fit the types, or the
/// right one was not checked.
fn write_examples(workspace: &Workspace, folder: &Path) -> Result<()> {
    let docs = fs::read_to_string(workspace.root().join(EXAMPLES)).with_context(|| format!("{EXAMPLES} is gone"))?;
    remove_folder(folder)?;
    fs::create_dir_all(folder)?;
    let vue = find_code_example(&docs, "vue")?;
    let (_, template) = vue.split_once("<template>").context("the example in Vue has no template")?;
    // vue-tsc 3.3.14 checks nothing of an element with an attribute like that, not even that something is expected to be wrong.
    ensure!(!template.contains("//"), "An address is written out in the template of {EXAMPLES}: bind it.");
    for (n, [right, wrong]) in WRONG.into_iter().enumerate() {
        ensure!(vue.contains(right), "The example in Vue of {EXAMPLES} has no {right} any more");
        let vue = vue.replace(right, wrong);
        let expected = "  <!-- @vue-expect-error -->\n  <damage-report\n";
        fs::write(folder.join(format!("Wrong{n}.vue")), vue.replace("  <damage-report\n", expected))?;
    }
    fs::write(folder.join("DamageHelp.vue"), vue)?;
    fs::write(folder.join("DamageHelp.tsx"), find_code_example(&docs, "tsx")?)?;
    fs::write(folder.join("token.ts"), find_code_example(&docs, "ts")?)?;
    let (page, leptos) = (fs::read_to_string(workspace.root().join(LEPTOS))?, find_code_example(&docs, "rust")?);
    let fetch = leptos.find("async fn fetch_token(").context("the example in Leptos fetches no token")?;
    ensure!(page.ends_with(&leptos[fetch..]), "{LEPTOS} does not fetch its token as {EXAMPLES} has it");
    Ok(())
}

/// The first example in `language` of `docs`.
pub(crate) fn find_code_example<'a>(docs: &'a str, language: &str) -> Result<&'a str> {
    let begun = docs.split_once(&format!("```{language}\n")).map(|(_, rest)| rest);
    let whole = begun.and_then(|rest| rest.split_once("```\n")).map(|(example, _)| example);
    whole.with_context(|| format!("The docs have no example in {language}"))
}

fn up(folder: &Path) -> &Path {
    folder.parent().unwrap_or(folder)
}
