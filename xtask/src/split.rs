//! The second module, with the code of the report, and how it calls the first.
//!
//! wasm-split moves the functions that only the report uses into a second module, which shares the memory and table of the first.
//! The second module calls functions of the first through that table: seven bytes a call. This file makes it import them by name
//! instead: two bytes a call (5 % of the second module's transfer size).
//!
//! wasm-split leaves every import from JavaScript in the first module, with a function around each import. Those that only
//! the report calls move to the second module as well (`plan`), and their JavaScript to a file that comes with the report
//! (`report_glue`).

mod module_map;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, Elements, EntityType, ExportKind, ExportSection, FunctionSection, ImportSection, Instruction, Module,
    TypeSection,
};
use wasmparser::{ElementItems, FunctionBody, Operator, Parser, TypeRef};

use self::module_map::ModuleMap;
pub(crate) use self::plan::LinkedModules;
use self::plan::{Plan, Target};

/// The names of the modules that are imported from: the first module, and the report's part of the glue. The element's class joins them
/// (`js/code.js`).
const FIRST: &str = "a";
const GLUE: &str = "b";

/// The two modules, while one learns from the other.
pub(crate) struct ModulePair {
    /// The first as wasm-bindgen made it.
    bound: Vec<u8>,
    first: Vec<u8>,
    second: Vec<u8>,
    plan: Plan,
}

impl ModulePair {
    /// The first module, and the second that wasm-split has made next to it. With the modules before them, and the `glue` of the first,
    /// functions that only the second calls move there.
    pub(crate) fn new(bound: Vec<u8>, second: Vec<u8>, moving: Option<(&LinkedModules, &str)>) -> Result<Self> {
        let plan = Plan::new(&ModuleMap::of(&bound)?, &ModuleMap::of(&second)?, moving)?;
        let mut module = Module::new();
        let encoded = Exporter { plan: &plan }.parse_core_module(&mut module, Parser::new(0), &bound);
        encoded.map_err(said).context("The first module cannot be written anew")?;
        Ok(Self { first: module.finish(), bound, second, plan })
    }

    /// The first module, which exports by name the functions that the second calls.
    pub(crate) fn first(&self) -> &[u8] {
        &self.first
    }

    /// The names by which the second module imports from the first.
    pub(crate) fn names_imported_by_second(&self) -> Result<Vec<String>> {
        let second = ModuleMap::of(&self.second)?;
        let imports = second.imports.iter().map(|import| import.name.to_owned());
        let called = self.plan.calls_into_first().map(|(name, _)| name.to_owned());
        let table = self.plan.reference_table.iter().map(|(name, _)| name.clone());
        Ok(imports.chain(called).chain(table).collect())
    }

    /// The second module's imports from the glue: wasm-bindgen's names, each with the name by which it is imported.
    pub(crate) fn glue_imported_by_second(&self) -> Vec<(String, String)> {
        (0..).map(short_name).zip(&self.plan.glue).map(|(short, (long, _))| (long.clone(), short)).collect()
    }

    /// The second module, calling the first by name; `renamed` says which names those are now.
    pub(crate) fn second(&self, renamed: &BTreeMap<String, String>) -> Result<Vec<u8>> {
        let (bound, second) = (ModuleMap::of(&self.bound)?, ModuleMap::of(&self.second)?);
        let mut module = Module::new();
        let mut importer = Importer { plan: &self.plan, renamed, bound: &bound, second: &second };
        let encoded = importer.parse_core_module(&mut module, Parser::new(0), &self.second);
        encoded.map_err(said).context("The second module cannot be written anew")?;
        Ok(module.finish())
    }
}

/// The n-th of the names `a` to `z`, then `aa`, `ba` and so on.
fn short_name(n: usize) -> String {
    let letter = char::from(b'a' + (n % 26) as u8);
    if n < 26 { letter.to_string() } else { format!("{letter}{}", short_name(n / 26 - 1)) }
}

fn said(error: Error) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}

/// Writes the first module anew: it exports more, and has no place in its table for functions that are only called by name.
struct Exporter<'a> {
    plan: &'a Plan,
}

impl Reencode for Exporter<'_> {
    type Error = std::convert::Infallible;

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        for (name, function) in &self.plan.new_exports {
            exports.export(name, ExportKind::Func, *function);
        }
        Ok(())
    }

    fn element_items<'a>(&mut self, items: ElementItems<'a>) -> Result<Elements<'a>, Error> {
        let ElementItems::Functions(functions) = items else { return utils::element_items(self, items) };
        let functions = functions.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Elements::Functions(with_neighbours(&functions, &self.plan.without_place).into()))
    }
}

/// `functions` with a neighbour in front of each `unneeded` one instead. Places cannot be left out, and a repetition hardly weighs.
fn with_neighbours(functions: &[u32], unneeded: &BTreeSet<u32>) -> Vec<u32> {
    let Some(mut last) = functions.iter().copied().find(|function| !unneeded.contains(function)) else {
        return functions.to_vec();
    };
    let needed = functions.iter().map(|function| {
        if !unneeded.contains(function) {
            last = *function;
        }
        last
    });
    needed.collect()
}

/// Writes the second module anew. In front of its own functions it has those that it imports, in the order of the plan, and behind
/// them those that moved here.
struct Importer<'a> {
    plan: &'a Plan,
    renamed: &'a BTreeMap<String, String>,
    bound: &'a ModuleMap<'a>,
    second: &'a ModuleMap<'a>,
}

impl Importer<'_> {
    fn name_now<'a>(&'a self, name: &'a str) -> &'a str {
        self.renamed.get(name).map_or(name, String::as_str)
    }

    /// How many functions are imported now that were not.
    fn further(&self) -> u32 {
        (self.plan.calls_into_first().count() + self.plan.glue.len()) as u32
    }

    /// The number of a function that the plan speaks of.
    fn number_of(&self, target: Target) -> u32 {
        let imported = self.second.imported_functions();
        let of_first = self.plan.calls_into_first().count() as u32;
        match target {
            Target::First(n) => imported + n,
            Target::Glue(n) => imported + of_first + n,
            Target::Moved(n) => self.second.function_types.len() as u32 + self.further() + n,
        }
    }

    /// Where the types of the first module begin.
    fn first_type(&self) -> u32 {
        self.second.types.len() as u32
    }
}

impl Reencode for Importer<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let further = if function < self.second.imported_functions() { 0 } else { self.further() };
        Ok(function + further)
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        // wasm-opt leaves out those that are not used.
        for ty in &self.bound.types {
            let ty = self.func_type(ty.clone())?;
            types.ty().func_type(&ty);
        }
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(FIRST, self.name_now(import.name), kind);
        }
        let first_type = self.first_type();
        for (name, ty) in self.plan.calls_into_first() {
            imports.import(FIRST, self.name_now(name), EntityType::Function(first_type + ty));
        }
        for (n, (_, ty)) in self.plan.glue.iter().enumerate() {
            imports.import(GLUE, &short_name(n), EntityType::Function(first_type + ty));
        }
        if let Some((name, ty)) = &self.plan.reference_table {
            let kind = self.entity_type(TypeRef::Table(*ty))?;
            imports.import(FIRST, self.name_now(name), kind);
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        for function in &self.plan.moved {
            functions.function(self.first_type() + self.bound.function_types[*function as usize]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        for function in &self.plan.moved {
            let Some(body) = self.bound.body(*function) else { continue };
            Mover { importer: self }.parse_function_body(code, body.clone())?;
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut waiting: Option<i32> = None;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if let (Operator::CallIndirect { table_index: 0, .. }, Some(place)) = (&operator, waiting)
                && let Some(target) = self.plan.targets.get(&(place as u32))
            {
                waiting = None;
                function.instruction(&Instruction::Call(self.number_of(*target)));
                continue;
            }
            if let Some(place) = waiting.take() {
                function.instruction(&Instruction::I32Const(place));
            }
            if let Operator::I32Const { value } = operator {
                waiting = Some(value);
            } else {
                function.instruction(&self.instruction(operator)?);
            }
        }
        code.function(&function);
        Ok(())
    }
}

/// Writes a function of the first module into the second.
struct Mover<'a, 'b> {
    importer: &'a Importer<'b>,
}

impl Reencode for Mover<'_, '_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        // The plan has every function that a moved one calls.
        Ok(self.importer.number_of(self.importer.plan.numbers[&function]))
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, Error> {
        Ok(self.importer.first_type() + ty)
    }
}
