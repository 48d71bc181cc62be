//! Which functions the second module has of the first: by name, or moved to it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use wasmparser::{ExternalKind, FunctionBody, Operator, TableType};

use super::module_map::{ModuleMap, type_of_function};
use crate::unused_exports::names_after;

/// The table of JavaScript's values, as wasm-bindgen exports it. It is the second table of the first module.
const REFERENCE_TABLE: &str = "__wbindgen_externrefs";

/// The end that wasm-split gives the name of an import that lies in the table.
const AROUND_IMPORT: &str = " local_shim";

/// The modules before wasm-bindgen, which know more: the linked one where addresses are taken, the main one by which names.
pub(crate) struct LinkedModules {
    /// The module as it was linked.
    pub(crate) linked: Vec<u8>,
    /// The main one of those that wasm-split made of it.
    pub(crate) main: Vec<u8>,
}

/// Where the second module finds a function that was the first's: each kind is counted for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The n-th that it imports from the first module.
    First(u32),
    /// The n-th that it imports from the glue.
    Glue(u32),
    /// The n-th that has moved into it.
    Moved(u32),
}

/// Which functions the second module has of the first. Types are those of the first module.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// For each place in the table that the second module calls by its number: what it calls instead.
    pub(super) targets: BTreeMap<u32, Target>,
    /// The same for the functions of the first module by their numbers there.
    pub(super) numbers: BTreeMap<u32, Target>,
    /// The functions that are imported from the first module: the names by which it exports them, and their types.
    of_first: Vec<(String, u32)>,
    /// The imports from the glue that only the second module needs: their names and types.
    pub(super) glue: Vec<(String, u32)>,
    /// The functions of the first module that move.
    pub(super) moved: Vec<u32>,
    /// The functions that the first module does not export yet.
    pub(super) new_exports: BTreeSet<(String, u32)>,
    /// The functions whose place in the table is not needed any more.
    pub(super) without_place: BTreeSet<u32>,
    /// The name and type of the table of JavaScript's values, if a function that moved may need it.
    pub(super) reference_table: Option<(String, TableType)>,
}

impl Plan {
    /// `moving` are the modules before wasm-bindgen, and the glue that it made.
    pub(super) fn new(
        first: &ModuleMap<'_>,
        second: &ModuleMap<'_>,
        moving: Option<(&LinkedModules, &str)>,
    ) -> Result<Self> {
        for import in &second.imports {
            ensure!(first.exports.contains_key(import.name), "The first module does not offer {}", import.name);
        }
        let mut called = calls_by_place(second)?;
        called.retain(|place, _| first.table.contains_key(place));
        let mut plan = Self::default();
        if let Some((before, glue)) = moving {
            plan.move_functions(first, &called, before, glue)?;
        }
        // Often called, few bytes: numbers below 128 take one.
        let mut places: Vec<_> = called.into_iter().collect();
        places.sort_by_key(|(place, calls)| (usize::MAX - calls, *place));
        for (place, _) in places {
            let target = plan.target_of(first, first.table[&place]);
            plan.targets.insert(place, target);
        }
        for function in plan.moved.clone() {
            for callee in first.calls(function)? {
                plan.target_of(first, callee);
            }
        }
        Ok(plan)
    }

    /// The functions that the second module calls in the first: the names by which that exports them, and their types.
    pub(super) fn calls_into_first(&self) -> impl Iterator<Item = (&str, u32)> {
        self.of_first.iter().map(|(name, ty)| (name.as_str(), *ty))
    }

    /// Decides what moves: all that only the second module reaches, and that is called by name alone.
    fn move_functions(
        &mut self,
        first: &ModuleMap<'_>,
        called: &BTreeMap<u32, usize>,
        before: &LinkedModules,
        glue: &str,
    ) -> Result<()> {
        let [linked, main] = [ModuleMap::of(&before.linked)?, ModuleMap::of(&before.main)?];
        let addressed = linked.addressed_names();
        ensure!(!addressed.is_empty(), "The linked module does not say where the addresses of functions are taken");
        let is_addressed = |place: &u32| {
            let name = main.table.get(place).and_then(|function| main.names.get(function));
            name.is_none_or(|name| addressed.contains(name.trim_end_matches(AROUND_IMPORT)))
        };
        let free: BTreeSet<u32> = called.keys().filter(|place| !is_addressed(place)).copied().collect();
        let exported = names_after(glue, "wasm.").into_iter().filter_map(|name| first.exports.get(name.as_str()));
        let functions = exported.filter(|(kind, _)| *kind == ExternalKind::Func).map(|(_, function)| *function);
        let mut roots: Vec<u32> = functions.chain(first.start).collect();
        roots.extend(first.table.iter().filter(|(place, _)| !free.contains(place)).map(|(_, function)| *function));
        let callable = first.reachable(free.iter().map(|place| first.table[place]))?;
        let references = first.exports.get(REFERENCE_TABLE).map(|(_, table)| *table);
        for function in &callable {
            if first.body(*function).is_some_and(|body| !can_move(body, references).unwrap_or(false)) {
                roots.push(*function);
            }
        }
        let stays = first.reachable(roots)?;
        for function in callable.difference(&stays) {
            if let Some(import) = first.imports.get(*function as usize).filter(|_| first.body(*function).is_none()) {
                let ty = type_of_function(import).context("Functions are not imported first")?;
                self.numbers.insert(*function, Target::Glue(self.glue.len() as u32));
                self.glue.push((import.name.to_owned(), ty));
            } else {
                self.numbers.insert(*function, Target::Moved(self.moved.len() as u32));
                self.moved.push(*function);
            }
        }
        self.without_place = free.iter().map(|place| first.table[place]).collect();
        if let Some(table) = references {
            let ty = first.tables.get(table as usize).context("The table of JavaScript's values is imported")?;
            self.reference_table = Some((REFERENCE_TABLE.to_owned(), *ty));
        }
        Ok(())
    }

    /// Where the second module finds this function of the first from now on: if it has not moved, it is exported.
    fn target_of(&mut self, first: &ModuleMap<'_>, function: u32) -> Target {
        if let Some(target) = self.numbers.get(&function) {
            return *target;
        }
        let name = first.export_of(function).map_or_else(|| format!("function_{function}"), str::to_owned);
        if !first.exports.contains_key(name.as_str()) {
            self.new_exports.insert((name.clone(), function));
        }
        let target = Target::First(self.of_first.len() as u32);
        self.of_first.push((name, first.function_types[function as usize]));
        self.numbers.insert(function, target);
        target
    }
}

/// The places of the table that `module` calls by their numbers, and how often it does.
pub(super) fn calls_by_place(module: &ModuleMap<'_>) -> Result<BTreeMap<u32, usize>> {
    let mut called = BTreeMap::new();
    for body in &module.bodies {
        let mut place = None;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if let (Operator::CallIndirect { table_index: 0, .. }, Some(place)) = (&operator, place) {
                *called.entry(place).or_default() += 1;
            }
            place = if let Operator::I32Const { value } = operator { Some(value as u32) } else { None };
        }
    }
    Ok(called)
}

/// Whether a function may be written into another module: whether it needs memory, the table of functions, and that of `references` at
/// most. Both modules have the former as the first of their kind, and the latter as their second table.
fn can_move(body: &FunctionBody<'_>, references: Option<u32>) -> Result<bool> {
    for operator in body.get_operators_reader()? {
        let may = match operator? {
            Operator::GlobalGet { .. }
            | Operator::GlobalSet { .. }
            | Operator::RefFunc { .. }
            | Operator::MemoryInit { .. }
            | Operator::DataDrop { .. }
            | Operator::TableInit { .. }
            | Operator::TableCopy { .. }
            | Operator::ElemDrop { .. } => false,
            Operator::TableGet { table } | Operator::TableSet { table } => references == Some(1) && table == 1,
            Operator::TableGrow { .. } | Operator::TableFill { .. } | Operator::TableSize { .. } => false,
            Operator::CallIndirect { table_index, .. } => table_index == 0,
            _ => true,
        };
        if !may {
            return Ok(false);
        }
    }
    Ok(true)
}
