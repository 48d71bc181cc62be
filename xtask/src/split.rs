//! The second module, with the code of the report, and how it calls the first.
//!
//! wasm-split moves the functions that only the report uses into a second module, which shares the memory and table of the first.
//! The second module calls functions of the first through that table: seven bytes a call. This file makes it import them by name
//! instead: two bytes a call (5 % of the second module's transfer size).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, EntityType, ExportKind, ExportSection, ImportSection, Instruction, Module};
use wasmparser::{ElementItems, ElementKind, FunctionBody, Import, Operator, Parser, Payload, TypeRef};

/// The name of the module that is imported from; the element's class joins the two (`js/runtime.js`).
const FIRST: &str = "a";

/// The two modules, while one learns from the other.
pub(crate) struct ModulePair {
    first: Vec<u8>,
    second: Vec<u8>,
    /// The places in the table that hold functions of the first module and are called by the second, with their types.
    called: BTreeMap<u32, u32>,
}

impl ModulePair {
    /// The first module, and the second that wasm-split has made next to it.
    pub(crate) fn new(first: &[u8], second: Vec<u8>) -> Result<Self> {
        let table = table_of(first)?;
        let mut called = calls_by_place(&second)?;
        called.retain(|place, _| table.contains_key(place));
        for import in imports_of(&second)? {
            ensure!(exports_of(first)?.contains(&import.name), "The first module does not offer {}", import.name);
        }
        let exports = called.keys().map(|place| (name_of(*place), table[place])).collect();
        let mut module = Module::new();
        let encoded = Exporter { exports }.parse_core_module(&mut module, Parser::new(0), first);
        encoded.map_err(said).context("The first module cannot be written anew")?;
        Ok(Self { first: module.finish(), second, called })
    }

    /// The first module, which exports by name the functions that the second calls.
    pub(crate) fn first(&self) -> &[u8] {
        &self.first
    }

    /// The names by which the second module imports from the first.
    pub(crate) fn names_imported_by_second(&self) -> Result<Vec<String>> {
        let mut names: Vec<_> = self.called.keys().map(|place| name_of(*place)).collect();
        names.extend(imports_of(&self.second)?.iter().map(|import| import.name.to_owned()));
        Ok(names)
    }

    /// The second module, calling the first by name; `renamed` says which names those are now.
    pub(crate) fn second(&self, renamed: &BTreeMap<String, String>) -> Result<Vec<u8>> {
        let imported = imports_of(&self.second)?.iter().filter(|import| matches!(import.ty, TypeRef::Func(_))).count();
        let mut module = Module::new();
        let mut importer = Importer { pair: self, renamed, imported: imported as u32 };
        let encoded = importer.parse_core_module(&mut module, Parser::new(0), &self.second);
        encoded.map_err(said).context("The second module cannot be written anew")?;
        Ok(module.finish())
    }
}

/// The name that the function at a place in the table is exported by, until all names are made short.
fn name_of(place: u32) -> String {
    format!("place_{place}")
}

fn said(error: Error) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}

/// Which function is at which place of the module's first table, as far as it fills that itself.
fn table_of(module: &[u8]) -> Result<BTreeMap<u32, u32>> {
    let mut table = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ElementSection(section) = payload? else { continue };
        for element in section {
            let element = element?;
            let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind else { continue };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else { continue };
            let ElementItems::Functions(functions) = element.items else { continue };
            for (place, function) in (value as u32..).zip(functions) {
                table.insert(place, function?);
            }
        }
    }
    Ok(table)
}

/// The places of the table that `module` calls by their numbers, and the types of what it calls there.
fn calls_by_place(module: &[u8]) -> Result<BTreeMap<u32, u32>> {
    let mut called = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CodeSectionEntry(body) = payload? else { continue };
        let mut place = None;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if let (Operator::CallIndirect { type_index, table_index: 0 }, Some(place)) = (&operator, place) {
                called.insert(place, *type_index);
            }
            place = if let Operator::I32Const { value } = operator { Some(value as u32) } else { None };
        }
    }
    Ok(called)
}

fn exports_of(module: &[u8]) -> Result<Vec<&str>> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(section) = payload? {
            return section.into_iter().map(|export| Ok(export?.name)).collect();
        }
    }
    Ok(vec![])
}

fn imports_of(module: &[u8]) -> Result<Vec<Import<'_>>> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            return section.into_imports().collect::<Result<_, _>>().context("The imports cannot be read");
        }
    }
    Ok(vec![])
}

/// Writes a module anew that exports more.
struct Exporter {
    exports: BTreeSet<(String, u32)>,
}

impl Reencode for Exporter {
    type Error = std::convert::Infallible;

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        for (name, function) in &self.exports {
            exports.export(name, ExportKind::Func, *function);
        }
        Ok(())
    }
}

/// Writes the second module anew, with functions of the first in front of its own.
struct Importer<'a> {
    pair: &'a ModulePair,
    renamed: &'a BTreeMap<String, String>,
    /// How many functions it imported before.
    imported: u32,
}

impl Importer<'_> {
    fn name_now<'a>(&'a self, name: &'a str) -> &'a str {
        self.renamed.get(name).map_or(name, String::as_str)
    }

    /// The function that is at this place of the table, now that it is imported.
    fn function_at(&self, place: u32) -> Option<u32> {
        let nth = self.pair.called.keys().position(|called| *called == place)?;
        Some(self.imported + nth as u32)
    }
}

impl Reencode for Importer<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let further = if function < self.imported { 0 } else { self.pair.called.len() as u32 };
        Ok(function + further)
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
        for (place, kind) in &self.pair.called {
            imports.import(FIRST, self.name_now(&name_of(*place)), EntityType::Function(*kind));
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut waiting: Option<i32> = None;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if let (Operator::CallIndirect { table_index: 0, .. }, Some(place)) = (&operator, waiting)
                && let Some(named) = self.function_at(place as u32)
            {
                waiting = None;
                function.instruction(&Instruction::Call(named));
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

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, ElementSection, Elements, Function, FunctionSection, MemorySection, MemoryType, RefType,
        TableSection, TableType, TypeSection, ValType,
    };

    const TABLE: TableType =
        TableType { element_type: RefType::FUNCREF, table64: false, minimum: 8, maximum: None, shared: false };
    const MEMORY: MemoryType =
        MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };

    /// A module of functions that give a number, each with this body.
    fn module(bodies: &[&[Instruction<'_>]], around: impl FnOnce(&mut Module)) -> Vec<u8> {
        let (mut module, mut types, mut functions) = (Module::new(), TypeSection::new(), FunctionSection::new());
        types.ty().function([], [ValType::I32]);
        module.section(&types);
        let mut code = CodeSection::new();
        for body in bodies {
            functions.function(0);
            let mut function = Function::new([]);
            for instruction in body.iter().chain([&Instruction::End]) {
                function.instruction(instruction);
            }
            code.function(&function);
        }
        let mut imports = ImportSection::new();
        imports.import("__wasm_split", "memory", MEMORY).import("__wasm_split", "table", TABLE);
        if bodies.len() > 1 {
            module.section(&imports);
        }
        module.section(&functions);
        around(&mut module);
        module.section(&code);
        module.finish()
    }

    /// Has one function, at place 3 of its table.
    fn first(name_of_table: &str) -> Vec<u8> {
        module(&[&[Instruction::I32Const(7)]], |module| {
            module.section(TableSection::new().table(TABLE)).section(MemorySection::new().memory(MEMORY));
            let mut exports = ExportSection::new();
            exports.export("memory", ExportKind::Memory, 0).export(name_of_table, ExportKind::Table, 0);
            module.section(&exports);
            let functions = Elements::Functions(vec![0].into());
            module.section(ElementSection::new().active(None, &ConstExpr::i32_const(3), functions));
        })
    }

    fn call(place: i32) -> [Instruction<'static>; 2] {
        [Instruction::I32Const(place), Instruction::CallIndirect { type_index: 0, table_index: 0 }]
    }

    #[test]
    fn the_second_module_calls_the_first_by_name_and_itself_as_before() {
        let second = module(&[&call(3), &call(5), &[Instruction::I32Const(3)], &[Instruction::Call(0)]], |_| {});
        let pair = ModulePair::new(&first("table"), second).unwrap();
        assert_eq!(pair.names_imported_by_second().unwrap(), ["place_3", "memory", "table"]);
        assert!(exports_of(pair.first()).unwrap().contains(&"place_3"));
        let renamed = ["place_3", "memory", "table"].map(|name| (name.to_owned(), name[..1].to_owned()));
        let second = pair.second(&renamed.into()).unwrap();
        let imports = imports_of(&second).unwrap();
        let imports: Vec<_> = imports.iter().map(|import| (import.module, import.name)).collect();
        assert_eq!(imports, [("a", "m"), ("a", "t"), ("a", "p")]);
        assert_eq!(calls_by_place(&second).unwrap().into_keys().collect::<Vec<_>>(), [5]);
        let bodies = Parser::new(0).parse_all(&second).filter_map(|payload| match payload.unwrap() {
            Payload::CodeSectionEntry(body) => Some(body.get_operators_reader().unwrap().read().unwrap()),
            _ => None,
        });
        let bodies: Vec<_> = bodies.collect();
        assert!(matches!(bodies[0], Operator::Call { function_index: 0 }), "{bodies:?}");
        assert!(matches!(bodies[2], Operator::I32Const { value: 3 }), "{bodies:?}");
        assert!(matches!(bodies[3], Operator::Call { function_index: 1 }), "{bodies:?}");
    }

    #[test]
    fn what_the_first_module_does_not_offer_stops_the_build() {
        let second = module(&[&call(3), &call(5)], |_| {});
        let error = ModulePair::new(&first("elsewhere"), second).err().unwrap();
        assert_eq!(error.to_string(), "The first module does not offer table");
    }
}
