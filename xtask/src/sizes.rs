//! What the widget weighs over the wire, and the most that it may.
//!
//! Counted is what one customer's page loads: everything, with one language.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::node::brotli_sizes;

/// The most that a page may load for the widget, brotli, in bytes: what it weighs with the saved draft, the judging of
/// photos, the retries, the drawings, and all that a page hears and may change. It was 110 KB before; 75 KB come next, with the
/// measurements.
const BUDGET: u64 = 133 * 1024;

/// The most that an order page pays before anybody opens a report, brotli, in bytes: the loader alone.
const LOADER_BUDGET: u64 = 1536;

/// What the order page itself loads.
const LOADER: &str = "loader";

/// The language that is counted: the one the widget is written for first.
const LANGUAGE: &str = "nl.json";

/// The sizes of a built widget.
#[derive(Debug)]
pub(crate) struct Sizes {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    name: String,
    /// Does every customer load it? Of the languages, each loads one.
    is_counted: bool,
    raw: u64,
    brotli: u64,
}

impl Sizes {
    /// Weighs the widget in a folder; the demo page around it is not of interest.
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        let mut files = vec![];
        let parts = parts_of(folder)?;
        for (name, file) in [
            (LOADER, folder.join("damage-report.js")),
            ("wasm", parts.join("widget.wasm")),
            ("glue", parts.join("widget.js")),
            ("worker", parts.join("photo-worker.js")),
            ("css", parts.join("widget.css")),
        ] {
            files.push((name.to_owned(), file, true));
        }
        for path in sorted_files(&parts)?.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_counted = name == LANGUAGE;
            files.push((format!("locale {name}"), path, is_counted));
        }
        // A part that is not built yet weighs nothing; whether it may be missing is for the build to say.
        files.retain(|(_, path, _)| path.is_file());
        let paths: Vec<PathBuf> = files.iter().map(|(_, path, _)| path.clone()).collect();
        let mut parts = vec![];
        for ((name, path, is_counted), brotli) in files.into_iter().zip(brotli_sizes(&paths)?) {
            let raw = fs::metadata(&path).with_context(|| format!("{} cannot be read", path.display()))?.len();
            parts.push(Part { name, is_counted, raw, brotli });
        }
        Ok(Self { parts })
    }

    /// Refuses a widget that is heavier than it may be.
    ///
    /// # Errors
    ///
    /// When the page would load more than the budget; the heaviest part is then named.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(loader) = self.parts.iter().find(|part| part.name == LOADER && part.brotli > LOADER_BUDGET) {
            bail!(
                "Every order page pays {} bytes for the loader (brotli), and should pay {LOADER_BUDGET}.",
                loader.brotli
            );
        }
        let total = self.total(|part| part.brotli);
        if total <= BUDGET {
            return Ok(());
        }
        let heaviest = self.parts.iter().filter(|part| part.is_counted).max_by_key(|part| part.brotli);
        bail!(
            "The widget is {} KB over its budget of {} KB (brotli). The heaviest part is {}.",
            kilobytes(total - BUDGET),
            kilobytes(BUDGET),
            heaviest.map_or("unknown", |part| &part.name)
        );
    }

    fn total(&self, size: impl Fn(&Part) -> u64) -> u64 {
        self.parts.iter().filter(|part| part.is_counted).map(size).sum()
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20}{:>12}{:>12}", "", "raw", "brotli")?;
        for part in &self.parts {
            let mark = if part.is_counted { "" } else { " *" };
            writeln!(f, "{:<20}{:>9} KB{:>9} KB{mark}", part.name, kilobytes(part.raw), kilobytes(part.brotli))?;
        }
        let (raw, brotli) = (self.total(|part| part.raw), self.total(|part| part.brotli));
        writeln!(
            f,
            "{:<20}{:>9} KB{:>9} KB of {} KB",
            "one page",
            kilobytes(raw),
            kilobytes(brotli),
            kilobytes(BUDGET)
        )?;
        write!(f, "* not counted: a page loads one language")
    }
}

/// A kilobyte is 1024 bytes here, as in the budget.
fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1024, bytes % 1024 * 10 / 1024)
}

/// The folder with what the loader fetches. What it is called depends on what is in it.
fn parts_of(folder: &Path) -> Result<PathBuf> {
    let is_parts = |path: &PathBuf| path.is_dir() && path.join("widget.wasm").is_file();
    let parts = sorted_files(folder)?.into_iter().find(is_parts);
    parts.with_context(|| format!("{} holds no built widget", folder.display()))
}

fn sorted_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(vec![]);
    }
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widget(brotli: u64) -> Sizes {
        let part = |name: &str, is_counted, brotli| Part { name: name.into(), is_counted, raw: 3 * brotli, brotli };
        Sizes { parts: vec![part("wasm", true, brotli), part("css", true, 24), part("locale en.json", false, 999_999)] }
    }

    #[test]
    fn a_widget_of_exactly_the_budget_passes() {
        assert!(widget(BUDGET - 24).check().is_ok());
    }

    #[test]
    fn a_byte_more_is_refused_and_the_heaviest_part_is_named() {
        let refusal = widget(BUDGET - 23).check().unwrap_err().to_string();
        let budget = format!("{}.0 KB", BUDGET / 1024);
        assert!(refusal.contains(&budget) && refusal.contains("wasm"), "{refusal}");
    }

    #[test]
    fn a_loader_that_costs_every_order_page_a_byte_more_is_refused() {
        let loader =
            |brotli| Sizes { parts: vec![Part { name: LOADER.into(), is_counted: true, raw: brotli, brotli }] };
        assert!(loader(LOADER_BUDGET).check().is_ok());
        assert!(loader(LOADER_BUDGET + 1).check().unwrap_err().to_string().contains("order page"));
    }

    #[test]
    fn the_table_counts_one_language() {
        let table = widget(1000).to_string();
        let total = format!("one page                  3.0 KB      1.0 KB of {}.0 KB", BUDGET / 1024);
        assert!(table.contains(&total), "{table}");
    }
}
