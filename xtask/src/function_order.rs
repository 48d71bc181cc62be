//! Puts similar functions of a module next to each other: brotli then refers to what lies near (1.6 % of both modules).
//!
//! Functions are as similar as they have sequences of bytes in common. Each is followed by the one that is most similar to it among
//! those left.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{Parser, Payload, TypeRef};

/// How many bytes a sequence has that counts.
const SEQUENCE: usize = 4;

/// A sequence that more functions have says little.
const COMMON: usize = 40;

/// The module with its functions in another order. It must have no names left: those would not follow.
pub(crate) fn sort_by_similarity(module: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut functions) = (0, vec![]);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                let imports = section.into_imports().collect::<Result<Vec<_>, _>>()?;
                imported = imports.iter().filter(|import| matches!(import.ty, TypeRef::Func(_))).count();
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                functions.push(&module[range.start as usize..range.end as usize]);
            }
            _ => {}
        }
    }
    let order = order_by_similarity(&functions);
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, function)| places[*function] = place);
    let mut sorted = Module::new();
    let encoded = Sorter { imported, order, places }.parse_core_module(&mut sorted, Parser::new(0), module);
    encoded.map_err(|error| anyhow::anyhow!("{error}")).context("The functions cannot be sorted")?;
    Ok(sorted.finish())
}

/// The numbers of `functions` in their new order, which begins with the longest.
fn order_by_similarity(functions: &[&[u8]]) -> Vec<usize> {
    let sequences: Vec<BTreeSet<&[u8]>> = functions.iter().map(|code| code.windows(SEQUENCE).collect()).collect();
    let mut having: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (function, sequences) in sequences.iter().enumerate() {
        sequences.iter().for_each(|sequence| having.entry(sequence).or_default().push(function));
    }
    let mut left: BTreeSet<usize> = (0..functions.len()).collect();
    let mut order = vec![];
    let mut next = left.iter().copied().max_by_key(|function| functions[*function].len());
    while let Some(function) = next {
        left.remove(&function);
        order.push(function);
        let mut shared = vec![0_u64; functions.len()];
        for others in sequences[function].iter().map(|sequence| &having[sequence]).filter(|all| all.len() <= COMMON) {
            others.iter().for_each(|other| shared[*other] += 1);
        }
        // A long function has something in common with most.
        let similarity = |other: &usize| 1000 * shared[*other].pow(2) / (sequences[*other].len() as u64 + 30);
        // Of those that have nothing in common, the first: the order so far is that of the names.
        next = left.iter().copied().rev().max_by_key(similarity);
    }
    order
}

struct Sorter {
    imported: usize,
    /// Which function is at each place, without the imported ones.
    order: Vec<usize>,
    /// Where each function is.
    places: Vec<usize>,
}

impl Reencode for Sorter {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = (function as usize).checked_sub(self.imported);
        Ok(own.map_or(function, |own| (self.imported + self.places[own]) as u32))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for function in &self.order {
            functions.function(types[*function]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for function in self.order.clone() {
            utils::parse_function_body(self, code, bodies[function].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{ExportKind, ExportSection, Function, Instruction, TypeSection, ValType};

    #[test]
    fn the_longest_is_first_and_each_is_followed_by_its_like() {
        let functions = ["one two three", "A B C D E", "one two three four five six", "A B C D", "two three"];
        let bytes = functions.map(str::as_bytes);
        assert_eq!(order_by_similarity(&bytes), [2, 0, 4, 1, 3]);
        assert!(order_by_similarity(&[]).is_empty());
    }

    #[test]
    fn calls_and_exports_follow_the_functions() {
        let mut module = Module::new();
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([], [ValType::I32]);
        types.ty().function([], [ValType::I64]);
        let bodies: [(u32, &[Instruction<'_>]); 3] = [
            (0, &[Instruction::Call(2)]),
            (1, &[Instruction::I64Const(7)]),
            (0, &[Instruction::I32Const(1), Instruction::I32Const(2), Instruction::I32Add]),
        ];
        for (ty, body) in bodies {
            functions.function(ty);
            let mut function = Function::new([]);
            for instruction in body.iter().chain([&Instruction::End]) {
                function.instruction(instruction);
            }
            code.function(&function);
        }
        let mut exports = ExportSection::new();
        exports.export("sum", ExportKind::Func, 2).export("seven", ExportKind::Func, 1);
        module.section(&types).section(&functions).section(&exports).section(&code);
        let sorted = sort_by_similarity(&module.finish()).unwrap();
        let (mut own, mut exported, mut called, mut kinds) = (vec![], vec![], None, vec![]);
        for payload in Parser::new(0).parse_all(&sorted) {
            match payload.unwrap() {
                Payload::FunctionSection(section) => kinds = section.into_iter().map(Result::unwrap).collect(),
                Payload::ExportSection(section) => exported = section.into_iter().map(|it| it.unwrap().index).collect(),
                Payload::CodeSectionEntry(body) => {
                    let first = body.get_operators_reader().unwrap().read().unwrap();
                    if let wasmparser::Operator::Call { function_index } = first {
                        called = Some(function_index);
                    }
                    own.push(body.range());
                }
                _ => {}
            }
        }
        assert_eq!((own.len(), exported[0]), (3, 0), "the longest comes first");
        assert_eq!(called, Some(exported[0]));
        assert_eq!(kinds[exported[1] as usize], 1);
    }
}
