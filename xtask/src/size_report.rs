//! `cargo xtask size`: prints the size of the widget by part, of its module by crate and function, and the effect of a change.
//!
//! Customers load the brotli size, but a single function has none, because brotli removes repetition. So code sizes are
//! uncompressed. On demand the report prints how many bytes of brotli each crate adds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::budgets::WidgetSizes;
use crate::file_tree::remove_folder;
use crate::node::brotli_sizes;
use crate::progress::run_step;
use crate::wasm_symbols::{FunctionCopies, ModuleSymbols, owners_of};
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::Workspace;

/// The options of the report.
#[derive(Debug)]
pub(crate) struct SizeCommand {
    /// How many functions to list.
    pub(crate) functions: usize,
    /// Whether to print how many bytes the page would save without each crate.
    pub(crate) over_the_wire: bool,
    /// Where to keep it for later.
    pub(crate) save: Option<PathBuf>,
    /// An earlier report, to print only the difference.
    pub(crate) against: Option<PathBuf>,
}

/// The sizes of a widget, as they are saved.
#[derive(Debug, Default, PartialEq)]
struct Weights {
    /// Brotli.
    parts: BTreeMap<String, u64>,
    data: u64,
    functions: BTreeMap<String, FunctionCopies>,
}

impl SizeCommand {
    /// Builds the widget and prints its sizes.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<()> {
        let out = workspace.target_folder().join("xtask").join("size");
        // Files of an earlier build would be weighed as well.
        remove_folder(&out)?;
        let build = WidgetBuild { mode: BuildMode::Release, with_demo: false, out: out.clone() };
        build.run(workspace)?;
        let sizes = WidgetSizes::measure(&out)?;
        let modules = run_step("Naming its functions (wasm-opt)", || build.named_modules(workspace))?;
        let modules_symbols = modules.iter().map(|module| ModuleSymbols::of(module)).collect::<Result<Vec<_>>>()?;
        let data = modules_symbols.iter().map(|symbols| symbols.data).sum();
        let mut weights = Weights { parts: sizes.by_part(), data, functions: BTreeMap::new() };
        for (name, copies) in modules_symbols.iter().flat_map(ModuleSymbols::functions_by_name) {
            weights.functions.entry(name).or_default().add(copies);
        }
        if let Some(file) = &self.save {
            fs::write(file, weights.written()).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if let Some(file) = &self.against {
            let before = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let before = Weights::read(&before).with_context(|| format!("{} says no sizes", file.display()))?;
            println!("{}", weights.against(&before, self.functions));
            return Ok(());
        }
        println!("{sizes}\n\n{}", weights.told(self.functions));
        if self.over_the_wire {
            for (module, symbols) in modules.iter().zip(&modules_symbols) {
                println!("\n{}", told_over_the_wire(module, symbols, &weights, &out)?);
            }
        }
        Ok(())
    }
}

impl Weights {
    fn code(&self) -> FunctionCopies {
        let mut all = FunctionCopies::default();
        self.functions.values().for_each(|copies| all.add(*copies));
        all
    }

    /// The code by crate, and within ours by module as well.
    fn by_owner(&self) -> BTreeMap<String, FunctionCopies> {
        let mut all: BTreeMap<String, FunctionCopies> = BTreeMap::new();
        for (name, copies) in &self.functions {
            for owner in owners_of(name) {
                all.entry(owner.to_owned()).or_default().add(*copies);
            }
        }
        all
    }

    fn told(&self, functions: usize) -> String {
        let code = self.code();
        let line = |name: &str, copies: &FunctionCopies| {
            let FunctionCopies { count, bytes } = *copies;
            format!("{bytes:>8} B {:>5.1} % {count:>6}  {name}", 100.0 * bytes as f64 / code.bytes as f64)
        };
        let mut lines =
            vec![format!("{:>10} {:>7} {:>6}  of the module, as it lies there", "bytes", "share", "number")];
        lines.push(line("all code", &code));
        lines.push(format!("{:>8} B {:>7} {:>6}  data", self.data, "", ""));
        let owners = self.by_owner();
        for (krate, copies) in heaviest(owners.iter().filter(|(name, _)| !name.contains("::"))) {
            lines.push(line(krate, copies));
            let within =
                owners.iter().filter(|(name, _)| name.strip_prefix(krate).is_some_and(|rest| rest.starts_with("::")));
            lines.extend(heaviest(within).map(|(name, copies)| line(&format!("  {name}"), copies)));
        }
        lines.push(format!("\nThe {functions} heaviest functions, with all copies of each:"));
        lines.extend(heaviest(self.functions.iter()).take(functions).map(|(name, copies)| line(name, copies)));
        lines.join("\n")
    }

    fn against(&self, before: &Self, functions: usize) -> String {
        let mut lines = vec!["Over the wire (brotli), in bytes:".to_owned()];
        lines.extend(changes(&before.parts, &self.parts, |bytes| (0, *bytes), usize::MAX));
        let total = |weights: &Self| weights.parts.values().sum::<u64>();
        lines.push(change("all of it", (0, total(before)), (0, total(self))));
        let copies = |copies: &FunctionCopies| (copies.count, copies.bytes);
        lines.push("\nIn the module, as it lies there, by crate and module:".into());
        lines.push(change("all code", copies(&before.code()), copies(&self.code())));
        lines.push(change("data", (0, before.data), (0, self.data)));
        lines.extend(changes(&before.by_owner(), &self.by_owner(), copies, usize::MAX));
        lines.push("\nBy function:".into());
        lines.extend(changes(&before.functions, &self.functions, copies, functions));
        lines.join("\n")
    }

    /// A line a part or function.
    fn written(&self) -> String {
        let parts = self.parts.iter().map(|(name, bytes)| format!("part\t{bytes}\t1\t{name}\n"));
        let functions = self.functions.iter();
        let functions =
            functions.map(|(name, FunctionCopies { count, bytes })| format!("code\t{bytes}\t{count}\t{name}\n"));
        parts.chain([format!("data\t{}\t1\t\n", self.data)]).chain(functions).collect()
    }

    fn read(written: &str) -> Option<Self> {
        let mut weights = Self::default();
        for line in written.lines() {
            let mut columns = line.splitn(4, '\t');
            let kind = columns.next()?;
            let (bytes, count) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?);
            let name = columns.next()?.to_owned();
            match kind {
                "part" => drop(weights.parts.insert(name, bytes)),
                "data" => weights.data = bytes,
                "code" => drop(weights.functions.insert(name, FunctionCopies { count, bytes })),
                _ => return None,
            }
        }
        Some(weights)
    }
}

/// By how much the module would be lighter over the wire without the code of each owner. Code that two of them share is in
/// neither number, so the sum is less than the whole.
fn told_over_the_wire(module: &[u8], symbols: &ModuleSymbols, weights: &Weights, folder: &Path) -> Result<String> {
    const WORTH_SAYING: u64 = 1000;
    let by_owner = weights.by_owner();
    let owners: Vec<_> = heaviest(by_owner.iter()).filter(|(_, copies)| copies.bytes >= WORTH_SAYING).collect();
    let mut files = vec![folder.join("whole.wasm")];
    fs::write(&files[0], symbols.module_without_owner(None, module))?;
    for (n, (owner, _)) in owners.iter().enumerate() {
        files.push(folder.join(format!("without-{n}.wasm")));
        fs::write(&files[n + 1], symbols.module_without_owner(Some(owner), module))?;
    }
    let sizes = run_step("Packing the module without each of its crates (brotli)", || brotli_sizes(&files))?;
    let mut lines = vec!["Without it the module would be lighter over the wire by (bytes, brotli):".to_owned()];
    for (n, (owner, copies)) in owners.iter().enumerate() {
        lines.push(format!("{:>8} of {:>7}  {owner}", sizes[0].saturating_sub(sizes[n + 1]), copies.bytes));
    }
    Ok(lines.join("\n"))
}

fn heaviest<'a>(
    all: impl Iterator<Item = (&'a String, &'a FunctionCopies)>,
) -> impl Iterator<Item = (&'a String, &'a FunctionCopies)> {
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(_, copies)| std::cmp::Reverse(copies.bytes));
    all.into_iter()
}

/// The changes, the largest first.
fn changes<T>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    size: impl Fn(&T) -> (u64, u64),
    most: usize,
) -> Vec<String> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let sizes = names.into_iter().map(|name| {
        let of = |all: &BTreeMap<String, T>| all.get(name).map(&size).unwrap_or_default();
        (name, of(before), of(after))
    });
    let mut changed: Vec<_> = sizes.filter(|(_, before, after)| before != after).collect();
    changed.sort_by_key(|(_, (_, before), (_, after))| std::cmp::Reverse(before.abs_diff(*after)));
    changed.into_iter().take(most).map(|(name, before, after)| change(name, before, after)).collect()
}

/// A line about one change: `-812     4032 →    3220  14 → 2  name`.
fn change(name: &str, (copies_before, before): (u64, u64), (copies_after, after): (u64, u64)) -> String {
    let copies =
        if copies_before == copies_after { String::new() } else { format!("{copies_before} → {copies_after}") };
    format!("{:>+8} {before:>9} → {after:>7} {copies:>12}  {name}", after as i64 - before as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(glue: u64, set: FunctionCopies) -> Weights {
        let functions = [("<damage_report::watched::Watched<_>>::set".to_owned(), set)];
        Weights { parts: [("glue".to_owned(), glue)].into(), data: 7, functions: functions.into() }
    }

    #[test]
    fn what_was_saved_is_read_again() {
        let weights = weights(30, FunctionCopies { count: 14, bytes: 3200 });
        assert_eq!(Weights::read(&weights.written()), Some(weights));
        assert_eq!(Weights::read("{}"), None);
    }

    #[test]
    fn a_difference_says_before_and_after_by_part_module_and_function() {
        let before = weights(30, FunctionCopies { count: 14, bytes: 3200 });
        let told = weights(20, FunctionCopies { count: 2, bytes: 200 }).against(&before, 5);
        for line in ["-10        30 →      20", "-3000      3200 →     200       14 → 2  damage_report::watched"]
        {
            assert!(told.contains(line), "{told}");
        }
        assert!(told.contains("14 → 2  <damage_report::watched::Watched<_>>::set") && !told.contains("-0"), "{told}");
    }

    #[test]
    fn copies_of_a_function_are_one_line() {
        let told = weights(30, FunctionCopies { count: 14, bytes: 3200 }).told(1);
        assert!(told.contains("    3200 B 100.0 %     14  <damage_report::watched::Watched<_>>::set"), "{told}");
    }
}
