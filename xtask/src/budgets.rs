//! The size of each file that the widget loads over the network, and its budget.
//!
//! The totals count what one customer's page loads: every file, but only one language.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::file_tree::files_below;
use crate::node::brotli_sizes;

/// The most that a page may load for the widget, compressed with brotli, in bytes. Two modules and whatever else comes in two parts
/// cost 6 KB, but nearly halve the first load. The fixes in `docs/faults.md` raised it from 118 KB; aim to save 8 KB of that.
/// The seller's decisions, and a claim whose content was removed, raised it by 0.9 KB. The order line in the page raised it by 2.5 KB: its
/// landing needs no request, and the backend's answer is compared with it field by field.
const BUDGET: u64 = 128 * 1024 + 500;

/// The most of it that a page may load before it shows the first page. The code that opens from an order line in the page raised it by
/// 0.4 KB.
const BUDGET_OF_FIRST_PAGE: u64 = 58 * 1024 + 200;

/// A file of the built widget.
#[derive(Debug, Clone, Copy)]
struct Listed {
    /// Its name in the tables.
    name: &'static str,
    file: &'static str,
    loaded: Loaded,
    /// Its maximum size, compressed with brotli, in bytes. Keep it about 1 % above its present size, so that one part's saving does
    /// not hide another's growth.
    budget: u64,
}

/// When a customer's page loads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loaded {
    /// Before the first page is seen.
    First,
    /// Later, for every customer.
    Later,
    /// Only for a few photos. Not counted.
    Seldom,
    /// In another language. Not counted.
    OtherLanguage,
}

const fn listed(name: &'static str, file: &'static str, loaded: Loaded, budget: u64) -> Listed {
    Listed { name, file, loaded, budget }
}

/// The element's class, which every order page loads before anybody opens a report.
const LOADER: Listed = listed("loader", "damage-report.js", Loaded::First, 1_600);

/// The files in the folder from which the loader fetches. The totals count Dutch, the widget's first language.
const PARTS: [Listed; 9] = [
    listed("wasm", "widget.wasm", Loaded::First, 46_950),
    listed("report", "report.wasm", Loaded::Later, 59_200),
    listed("glue", "widget.js", Loaded::First, 7_820),
    // 125 bytes more than it was: reads the corners of a frame without drawing it, which took 230 MB for five photos.
    listed("worker", "photo-worker.js", Loaded::Later, 3_060),
    listed("host page", "host-page.js", Loaded::Later, 6_500),
    listed("reader", "photo-reader.js", Loaded::Seldom, 5_000),
    listed("css", "widget.css", Loaded::First, 1_825),
    listed("locale nl.json", "nl.json", Loaded::First, 1_590),
    listed("locale nl-report.json", "nl-report.json", Loaded::Later, 3_490),
];

/// The sizes of a built widget.
#[derive(Debug)]
pub(crate) struct WidgetSizes {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    name: String,
    path: PathBuf,
    loaded: Loaded,
    /// None for the languages that are not counted.
    budget: Option<u64>,
    raw: u64,
    brotli: u64,
}

impl WidgetSizes {
    /// Weighs the widget in a folder, without the demo page around it.
    ///
    /// # Errors
    ///
    /// When a listed file is missing, or the folder of parts holds a file that is not listed.
    pub(crate) fn measure(folder: &Path) -> Result<Self> {
        let loader = folder.join(LOADER.file);
        ensure!(loader.is_file(), "{} is missing, so the widget cannot be weighed", loader.display());
        let mut parts = vec![Part::listed(LOADER, loader)];
        parts.extend(listing(&parts_of(folder)?)?);
        let paths: Vec<PathBuf> = parts.iter().map(|part| part.path.clone()).collect();
        for (part, brotli) in parts.iter_mut().zip(brotli_sizes(&paths)?) {
            let read = fs::metadata(&part.path).with_context(|| format!("{} cannot be read", part.path.display()))?;
            (part.raw, part.brotli) = (read.len(), brotli);
        }
        Ok(Self { parts })
    }

    /// Refuses a widget that is heavier than it may be.
    ///
    /// # Errors
    ///
    /// When a part weighs more than its budget, or all of them together; each such part is named.
    pub(crate) fn check_budgets(&self) -> Result<()> {
        let over = self.parts.iter().filter_map(|part| {
            let over = part.brotli.checked_sub(part.budget?).filter(|over| *over > 0)?;
            Some(format!("{} is {over} bytes over its budget of {} (brotli).", part.name, part.budget?))
        });
        let totals = [
            ("The first page", self.first_page(|part| part.brotli), BUDGET_OF_FIRST_PAGE),
            ("All of it", self.total(|part| part.brotli), BUDGET),
        ];
        let all = totals.into_iter().filter_map(|(what, total, budget)| {
            let over = total.checked_sub(budget).filter(|over| *over > 0)?;
            Some(format!("{what} is {over} bytes over its budget of {budget} (brotli)."))
        });
        let refusals: Vec<_> = over.chain(all).collect();
        ensure!(refusals.is_empty(), "{} `cargo xtask size` lists the size of each function.", refusals.join(" "));
        Ok(())
    }

    /// The counted parts and their sizes, brotli.
    pub(crate) fn by_part(&self) -> BTreeMap<String, u64> {
        let counted = self.parts.iter().filter(|part| part.loaded.is_counted());
        counted.map(|part| (part.name.clone(), part.brotli)).collect()
    }

    fn first_page(&self, size: impl Fn(&Part) -> u64) -> u64 {
        self.parts.iter().filter(|part| part.loaded == Loaded::First).map(size).sum()
    }

    fn total(&self, size: impl Fn(&Part) -> u64) -> u64 {
        self.parts.iter().filter(|part| part.loaded.is_counted()).map(size).sum()
    }
}

impl Part {
    fn listed(Listed { name, loaded, budget, .. }: Listed, path: PathBuf) -> Self {
        Self { name: name.to_owned(), path, loaded, budget: Some(budget), raw: 0, brotli: 0 }
    }

    fn language(file: &str, path: PathBuf) -> Self {
        let name = format!("locale {file}");
        Self { name, path, loaded: Loaded::OtherLanguage, budget: None, raw: 0, brotli: 0 }
    }
}

impl Loaded {
    fn is_counted(self) -> bool {
        matches!(self, Self::First | Self::Later)
    }
}

impl fmt::Display for WidgetSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<22}{:>12}{:>12}", "", "raw", "brotli")?;
        for part in &self.parts {
            let mark = if part.loaded.is_counted() { "" } else { " *" };
            writeln!(f, "{:<22}{:>9} KB{:>9} KB{mark}", part.name, kilobytes(part.raw), kilobytes(part.brotli))?;
        }
        for (what, raw, brotli, budget) in [
            ("first page", self.first_page(|part| part.raw), self.first_page(|part| part.brotli), BUDGET_OF_FIRST_PAGE),
            ("all of it", self.total(|part| part.raw), self.total(|part| part.brotli), BUDGET),
        ] {
            let [raw, brotli, budget] = [raw, brotli, budget].map(kilobytes);
            writeln!(f, "{what:<22}{raw:>9} KB{brotli:>9} KB of {budget} KB")?;
        }
        write!(f, "* not counted: a page loads one language, and the reader of odd photos only for such a photo")
    }
}

/// A kilobyte is 1024 bytes here, as in the budget.
fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1024, bytes % 1024 * 10 / 1024)
}

/// The folder that the loader fetches from. Its name depends on its content.
fn parts_of(folder: &Path) -> Result<PathBuf> {
    let files = files_below(folder)?;
    let wasm = files.iter().find(|file| file.ends_with("widget.wasm"));
    let parts = wasm.and_then(|wasm| wasm.parent());
    parts.map(Path::to_path_buf).with_context(|| format!("{} holds no built widget", folder.display()))
}

/// The files in the folder `parts`, not weighed yet.
///
/// # Errors
///
/// When one of [`PARTS`] is missing, or a file is neither one of them nor a language.
fn listing(parts: &Path) -> Result<Vec<Part>> {
    let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files_below(parts)? {
        files.insert(path.strip_prefix(parts).unwrap_or(&path).to_string_lossy().into_owned(), path);
    }
    let missing: Vec<_> = PARTS.iter().map(|part| part.file).filter(|file| !files.contains_key(*file)).collect();
    ensure!(missing.is_empty(), "{} lacks files that the widget is made of: {}", parts.display(), missing.join(", "));
    let mut found: Vec<_> =
        PARTS.iter().filter_map(|part| Some(Part::listed(*part, files.remove(part.file)?))).collect();
    let (languages, unlisted): (Vec<_>, Vec<_>) = files.into_iter().partition(|(file, _)| is_language(file));
    let unlisted: Vec<_> = unlisted.into_iter().map(|(file, _)| file).collect();
    ensure!(
        unlisted.is_empty(),
        "{} holds files that have no budget: {}. List them in xtask/src/budgets.rs.",
        parts.display(),
        unlisted.join(", ")
    );
    found.extend(languages.into_iter().map(|(file, path)| Part::language(&file, path)));
    Ok(found)
}

/// Whether a file's name is that of a language, such as `de.json` or `de-report.json`: two or three letters.
fn is_language(name: &str) -> bool {
    let tag = name.strip_suffix(".json").map(|name| name.strip_suffix("-report").unwrap_or(name));
    tag.is_some_and(|tag| (2..=3).contains(&tag.len()) && tag.chars().all(|letter| letter.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(listed: Listed, brotli: u64) -> Part {
        Part { raw: 3 * brotli, brotli, ..Part::listed(listed, PathBuf::new()) }
    }

    /// A built folder with the files of these names.
    fn built(name: &str, files: &[&str]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-budgets-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for file in files {
            fs::write(folder.join(file), "").unwrap();
        }
        folder
    }

    #[test]
    fn a_missing_and_an_unlisted_file_are_refused_by_name() {
        let all = PARTS.map(|part| part.file);
        let whole = built("whole", &[&all[..], &["de-report.json", "de.json"]].concat());
        let names: Vec<_> = listing(&whole).unwrap().into_iter().map(|part| part.name).collect();
        assert_eq!(names, [&PARTS.map(|part| part.name)[..], &["locale de-report.json", "locale de.json"]].concat());
        let without = built("missing", &all[1..]);
        let missing = listing(&without).unwrap_err().to_string();
        assert!(missing.contains(all[0]), "{missing}");
        let with = built("unlisted", &[&all[..], &["extra.js"]].concat());
        let unlisted = listing(&with).unwrap_err().to_string();
        assert!(unlisted.contains("extra.js"), "{unlisted}");
        for folder in [whole, without, with] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_part_of_exactly_its_budget_passes_and_a_byte_more_is_refused_by_name() {
        for listed in PARTS.into_iter().chain([LOADER]) {
            let weighing = |brotli| WidgetSizes { parts: vec![part(listed, brotli)] };
            let Listed { name, budget, .. } = listed;
            assert!(weighing(budget).check_budgets().is_ok(), "{name}");
            let refusal = weighing(budget + 2).check_budgets().unwrap_err().to_string();
            assert!(refusal.contains(&format!("{name} is 2 bytes over its budget of {budget}")), "{refusal}");
        }
    }

    #[test]
    fn all_parts_together_have_a_budget_too() {
        let totals = [("The first page", Loaded::First, BUDGET_OF_FIRST_PAGE), ("All of it", Loaded::Later, BUDGET)];
        for (what, loaded, budget) in totals {
            let large = Part { loaded, budget: None, ..part(PARTS[0], budget - 23) };
            let widget = WidgetSizes { parts: vec![large, part(LOADER, 24)] };
            let refusal = widget.check_budgets().unwrap_err().to_string();
            assert!(refusal.contains(&format!("{what} is 1 bytes over its budget of {budget}")), "{refusal}");
        }
    }

    #[test]
    fn the_table_counts_one_language() {
        let other = Part { raw: 9, brotli: 9_999, ..Part::language("en.json", PathBuf::new()) };
        let table = WidgetSizes { parts: vec![part(PARTS[0], 1000), part(LOADER, 24), other] }.to_string();
        for (what, budget) in [("first page", BUDGET_OF_FIRST_PAGE), ("all of it ", BUDGET)] {
            let total = format!("{what}                  3.0 KB      1.0 KB of {} KB", kilobytes(budget));
            assert!(table.contains(&total), "{table}");
        }
    }
}
