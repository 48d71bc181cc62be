//! The functions, types and references of a module, read once. Functions are moved from one module to another by them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use wasmparser::{
    CompositeInnerType, ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, Import, KnownCustom, Linking,
    Name, Operator, Parser, Payload, RelocationType, SymbolInfo, TableType, TypeRef,
};

/// The parts of a module that moving needs. Functions are numbered as in the module, those that it imports first.
#[derive(Default)]
pub(super) struct ModuleMap<'a> {
    /// All that it imports.
    pub(super) imports: Vec<Import<'a>>,
    pub(super) types: Vec<FuncType>,
    /// The type of each function.
    pub(super) function_types: Vec<u32>,
    /// The code of each function that is not imported.
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) tables: Vec<TableType>,
    pub(super) exports: BTreeMap<&'a str, (ExternalKind, u32)>,
    /// Which function is at which place of the first table, as far as the module fills that itself.
    pub(super) table: BTreeMap<u32, u32>,
    pub(super) start: Option<u32>,
    pub(super) names: BTreeMap<u32, &'a str>,
    /// The functions whose place in the table is asked for anywhere. Only a module with its relocations says so.
    addressed: BTreeSet<u32>,
}

impl<'a> ModuleMap<'a> {
    pub(super) fn of(module: &'a [u8]) -> Result<Self> {
        let mut map = Self::default();
        let (mut symbols, mut addressed) = (vec![], vec![]);
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        map.types.extend(group?.into_types().filter_map(|ty| match ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => Some(ty),
                            _ => None,
                        }));
                    }
                }
                Payload::ImportSection(section) => {
                    map.imports = section.into_imports().collect::<Result<_, _>>()?;
                    map.function_types.extend(map.imports.iter().filter_map(type_of_function));
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        map.function_types.push(ty?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        map.tables.push(table?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        map.exports.insert(export.name, (export.kind, export.index));
                    }
                }
                Payload::StartSection { func, .. } => map.start = Some(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        map.fill_table(element?)?;
                    }
                }
                Payload::CodeSectionEntry(body) => map.bodies.push(body),
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(section) => map.read_names(section)?,
                    KnownCustom::Linking(section) => {
                        for subsection in section.subsections() {
                            let Linking::SymbolTable(table) = subsection? else { continue };
                            symbols = table.into_iter().collect::<Result<_, _>>()?;
                        }
                    }
                    KnownCustom::Reloc(section) => {
                        for entry in section.entries() {
                            let entry = entry?;
                            if asks_for_a_place(entry.ty) {
                                addressed.push(entry.index);
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        map.addressed = addressed
            .into_iter()
            .filter_map(|symbol| match symbols.get(symbol as usize) {
                Some(SymbolInfo::Func { index, .. }) => Some(*index),
                _ => None,
            })
            .collect();
        Ok(map)
    }

    fn fill_table(&mut self, element: wasmparser::Element<'a>) -> Result<()> {
        let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind else { return Ok(()) };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else { return Ok(()) };
        let ElementItems::Functions(functions) = element.items else { return Ok(()) };
        for (place, function) in (value as u32..).zip(functions) {
            self.table.insert(place, function?);
        }
        Ok(())
    }

    fn read_names(&mut self, section: wasmparser::NameSectionReader<'a>) -> Result<()> {
        for subsection in section {
            // Tools write further subsections, which this reader may not know.
            let Ok(Name::Function(functions)) = subsection else { continue };
            for naming in functions {
                let naming = naming?;
                self.names.insert(naming.index, naming.name);
            }
        }
        Ok(())
    }

    /// How many functions it imports.
    pub(super) fn imported_functions(&self) -> u32 {
        self.imports.iter().filter(|import| type_of_function(import).is_some()).count() as u32
    }

    /// The code of a function, unless that is imported.
    pub(super) fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imported_functions())? as usize)
    }

    /// The functions that `function` calls by their numbers.
    pub(super) fn calls(&self, function: u32) -> Result<BTreeSet<u32>> {
        let mut calls = BTreeSet::new();
        let Some(body) = self.body(function) else { return Ok(calls) };
        for operator in body.get_operators_reader()? {
            if let Operator::Call { function_index } | Operator::RefFunc { function_index } = operator? {
                calls.insert(function_index);
            }
        }
        Ok(calls)
    }

    /// All functions that can be reached from `roots`, these included.
    pub(super) fn reachable(&self, roots: impl IntoIterator<Item = u32>) -> Result<BTreeSet<u32>> {
        let (mut reached, mut waiting) = (BTreeSet::new(), roots.into_iter().collect::<Vec<_>>());
        while let Some(function) = waiting.pop() {
            if reached.insert(function) {
                waiting.extend(self.calls(function)?);
            }
        }
        Ok(reached)
    }

    /// The name under which it exports a function.
    pub(super) fn export_of(&self, function: u32) -> Option<&'a str> {
        let exported = |(_, export): &(&&str, &(ExternalKind, u32))| **export == (ExternalKind::Func, function);
        self.exports.iter().find(exported).map(|(name, _)| *name)
    }

    /// The names of the functions whose place in the table is asked for anywhere in this module as it was linked.
    pub(super) fn addressed_names(&self) -> BTreeSet<&'a str> {
        self.addressed.iter().filter_map(|function| self.names.get(function).copied()).collect()
    }
}

/// The type of an imported function.
pub(super) fn type_of_function(import: &Import<'_>) -> Option<u32> {
    if let TypeRef::Func(ty) = import.ty { Some(ty) } else { None }
}

fn asks_for_a_place(relocation: RelocationType) -> bool {
    use RelocationType as R;
    matches!(relocation, R::TableIndexSleb | R::TableIndexI32 | R::TableIndexRelSleb)
}
