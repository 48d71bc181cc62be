//! `cargo xtask embed`: creates apps by the newest commands of their frameworks, and one older app, and installs the package as
//! docs/bundlers.md says.
//!
//! Each app has a folder of its own and the example of the docs. This checks its types, builds it, and makes a whole report on it
//! in Chromium against the demo's backend. It is no part of `cargo xtask test`, because the frameworks change from day to day.
//! `e2e/frameworks/created/README.md` says when it was last run, and with which versions.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::browser::Engine;
use crate::file_tree::copy_folder;
use crate::file_tree::remove_folder;
use crate::journeys::cargo_with_fixture;
use crate::node::npm_command;
use crate::package::{NpmPackage, find_code_example};
use crate::process::{copy_command, read_output, run_fetching, run_program};
use crate::progress::run_step;
use crate::workspace::Workspace;

/// The docs whose examples are put in.
const DOCS: &str = "docs/bundlers.md";

/// The docs that begin with a page without a framework.
const PLAIN: &str = "docs/embedding.md";

/// The sources that are copied into a created app, and the folder that records the outcome.
const SOURCES: &str = "e2e/frameworks/created";

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(120);

/// An app, as its own command creates it.
struct App {
    name: &'static str,
    /// Where what is written into it lies, in [`SOURCES`].
    sources: &'static str,
    /// The package whose command it is, its version, and what the command is told after the folder.
    created_by: (&'static str, &'static str, &'static [&'static str]),
    /// The packages whose versions are noted.
    notes: &'static [&'static str],
    /// Where the example of the docs goes, in which language it is written there, and where the function for tokens goes.
    example: (&'static str, &'static str, &'static str),
    /// The server for the report; without one the demo serves `dist`.
    server: Option<(&'static str, &'static [&'static str])>,
}

const REACT: App = App {
    name: "react",
    sources: "react",
    created_by: ("create-vite", "latest", &["--template", "react-ts", "--no-interactive"]),
    notes: &["vite", "react", "typescript"],
    example: ("src/DamageHelp.tsx", "tsx", "src/token.ts"),
    server: Some(("vite/bin/vite.js", &["--host", "127.0.0.1", "--strictPort", "--port"])),
};

const APPS: [App; 4] = [
    REACT,
    // The last whose development server copies the loader away from its files.
    App { name: "react-vite-7", created_by: ("create-vite", "7", &["--template", "react-ts"]), ..REACT },
    App {
        name: "vue",
        sources: "vue",
        created_by: ("create-vue", "latest", &["--typescript", "--bare"]),
        notes: &["vite", "vue", "vue-tsc", "typescript"],
        example: ("src/DamageHelp.vue", "vue", "src/token.ts"),
        server: None,
    },
    App {
        name: "next",
        sources: "next",
        created_by: (
            "create-next-app",
            "latest",
            &["--ts", "--app", "--no-eslint", "--no-tailwind", "--no-src-dir", "--use-npm", "--yes", "--skip-install"],
        ),
        notes: &["next", "react", "typescript"],
        example: ("app/DamageHelp.tsx", "tsx", "app/token.ts"),
        server: Some(("next/dist/bin/next", &["start", "--hostname", "127.0.0.1", "--port"])),
    },
];

/// Creates the apps of these names, or all of them, tries each, and records the results.
pub(crate) fn try_in_new_apps(workspace: &Workspace, names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| APPS.iter().all(|app| app.name != **name)) {
        bail!("There is no app {unknown}. There are {}.", APPS.map(|app| app.name).join(", "));
    }
    let package = NpmPackage::make(workspace)?;
    let programs = cargo_with_fixture(workspace, Engine::Chromium)?;
    let work = workspace.target_folder().join("embed");
    fs::create_dir_all(&work)?;
    let mut lines = vec![];
    if names.is_empty() {
        let page = plain_page(workspace, &work, &package)?;
        try_out(workspace, "html", &page, &page, None, &programs)?;
        lines.push(format!("| html | written by hand, as {PLAIN} begins | |"));
    }
    for app in APPS.iter().filter(|app| names.is_empty() || names.iter().any(|name| name == app.name)) {
        let folder =
            run_step(format_args!("Creating {} with {}", app.name, app.created_by.0), || app.create(&work, &package))?;
        app.fill(workspace, &folder)?;
        run_step(format_args!("Checking the types of {} and building it", app.name), || {
            run_program(npm_command().args(["run", "build"]).current_dir(&folder))
        })?;
        try_out(workspace, app.name, &folder, &folder.join("dist"), app.server, &programs)?;
        lines.push(app.note(&folder)?);
    }
    if names.is_empty() {
        note_all(workspace, &lines)?;
    }
    Ok(())
}

impl App {
    /// Creates it in a new folder in `work`, with its dependencies and the package.
    fn create(&self, work: &Path, package: &NpmPackage) -> Result<PathBuf> {
        let folder = work.join(self.name);
        remove_folder(&folder)?;
        let (command, version, told) = self.created_by;
        let mut create = npm_command();
        create.args(["exec", "--yes", &format!("{command}@{version}"), "--", self.name]).args(told);
        run_fetching(create.current_dir(work).env("CI", "1"))?;
        for what in [None, Some(package.tarball())] {
            let mut npm = npm_command();
            npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund"]).args(what);
            run_fetching(npm.current_dir(&folder))?;
        }
        Ok(folder)
    }

    /// Inserts the examples of the docs.
    fn fill(&self, workspace: &Workspace, folder: &Path) -> Result<()> {
        let sources = workspace.root().join(SOURCES);
        let docs = fs::read_to_string(workspace.root().join(DOCS))?;
        copy_folder(&sources.join(self.sources), folder)?;
        let (example_at, language, token_at) = self.example;
        // The demo answers on the page's own origin.
        let code: Vec<&str> =
            find_code_example(&docs, language)?.lines().filter(|line| !line.contains("endpoint")).collect();
        fs::write(folder.join(example_at), code.join("\n") + "\n")?;
        fs::write(folder.join(token_at), find_code_example(&docs, "ts")?)?;
        // A block of code in the docs, found by its first line.
        let block = |begin: &str| {
            let found = docs.split_once(&format!("```ts\n{begin}")).and_then(|(_, rest)| rest.split_once("```\n"));
            found.map(|(rest, _)| format!("{begin}{rest}")).with_context(|| format!("{DOCS} has no {begin}"))
        };
        if self.sources == "next" {
            let begin = "const nextConfig: NextConfig = {\n";
            return edit(&folder.join("next.config.ts"), begin, &[begin, &block("  rewrites:")?].concat());
        }
        let config = folder.join("vite.config.ts");
        let exclude = block("  optimizeDeps:")?;
        let exclude = exclude.lines().next().unwrap_or_default();
        let serving = block("  server: { proxy: { \"/order-lines")?;
        edit(&config, "  plugins:", &format!("{exclude}\n{serving}  plugins:"))?;
        if self.sources == "vue" {
            edit(&config, "vue()", block("    vue(")?.trim().trim_end_matches(','))?;
        }
        Ok(())
    }

    /// A line of the table of what was tried.
    fn note(&self, folder: &Path) -> Result<String> {
        let version = |package: &&str| {
            let script = "console.log(require(process.argv[1]).version)";
            let manifest = folder.join("node_modules").join(package).join("package.json");
            Ok(format!("{package} {}", read_output(Command::new("node").args(["-e", script]).arg(manifest))?))
        };
        let versions = self.notes.iter().map(version).collect::<Result<Vec<_>>>()?;
        let (command, version, _) = self.created_by;
        // Of a range npm tells each version that there is, the newest last.
        let script = "console.log([JSON.parse(process.argv[1])].flat().at(-1))";
        let versions_told =
            read_output(npm_command().args(["view", &format!("{command}@{version}"), "version", "--json"]))?;
        let created_by = read_output(Command::new("node").args(["-e", script, &versions_told]))?;
        Ok(format!("| {} | {command} {created_by} | {} |", self.name, versions.join(", ")))
    }
}

/// Changes a file of an app that its command has made.
fn edit(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(from), "{} has no {from} any more: see to {DOCS}", file.display());
    Ok(fs::write(file, text.replacen(from, to, 1))?)
}

/// The page with which the docs begin, with the package's files next to it.
fn plain_page(workspace: &Workspace, work: &Path, package: &NpmPackage) -> Result<PathBuf> {
    let docs = fs::read_to_string(workspace.root().join(PLAIN))?;
    let folder = work.join("html");
    remove_folder(&folder)?;
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), find_code_example(&docs, "html")?)?;
    fs::write(folder.join("page.js"), find_code_example(&docs, "js")?)?;
    copy_folder(package.folder(), &folder.join("damage-report"))?;
    Ok(folder)
}

/// Serves the app in `folder` by `server`, with the demo's backend behind it, or `site` by the demo itself, and makes a report.
fn try_out(
    workspace: &Workspace,
    name: &str,
    folder: &Path,
    site: &Path,
    server: Option<(&str, &[&str])>,
    programs: &Command,
) -> Result<()> {
    // The port that the docs name, so that what they say is tried as it stands there.
    let backend = 8080;
    let site = if server.is_some() { &workspace.dist_folder() } else { site };
    let mut demo =
        Command::new(workspace.target_folder().join("debug").join(format!("damage-report-backend{EXE_SUFFIX}")));
    demo.args(["demo", "--fresh", "--port", &backend.to_string(), "--data"]).arg(folder.with_extension("data"));
    let _demo = Server::start(demo.arg("--site").arg(site), backend)?;
    let page = if server.is_some() { free_port()? } else { backend };
    let _page = match server {
        None => None,
        Some((program, told)) => {
            let mut node = Command::new("node");
            node.arg(folder.join("node_modules").join(program)).args(told).arg(page.to_string());
            Some(Server::start(node.current_dir(folder), page)?)
        }
    };
    let mut customer = copy_command(programs);
    customer.args(["run", "--package=damage-report-e2e", "--bin=embedded", "--"]);
    run_step(format_args!("Making a report on {name}"), || {
        run_program(customer.arg(format!("http://127.0.0.1:{page}")))
    })
}

/// Records the tried apps, with the date.
fn note_all(workspace: &Workspace, lines: &[String]) -> Result<()> {
    let today = read_output(Command::new("node").args(["-p", "new Date().toISOString().slice(0, 10)"]))?;
    let node = read_output(Command::new("node").arg("--version"))?;
    let text = format!(
        "# Created apps\n\nMade by `cargo xtask embed`: each is created by its own command, gets the package and the example \
         of docs/bundlers.md, is checked by its own types and built, and a whole report is made on it in Chromium.\n\nLast \
         run on {today}, with Node {node}:\n\n| app | created by | versions |\n| --- | --- | --- |\n{}\n",
        lines.join("\n")
    );
    Ok(fs::write(workspace.root().join(SOURCES).join("README.md"), text)?)
}

/// A program that listens; it ends with this value.
struct Server(Child);

impl Server {
    fn start(command: &mut Command, port: u16) -> Result<Self> {
        ensure!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(), "Port {port} is taken by another program.");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut server = Self(child.with_context(|| format!("{} cannot be started", command.get_program().display()))?);
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = server.0.try_wait()? {
                bail!("{} ended with {status}", command.get_program().display());
            }
            ensure!(begun.elapsed() < START, "{} does not listen on {port}", command.get_program().display());
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
