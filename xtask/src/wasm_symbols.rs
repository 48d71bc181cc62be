//! The symbols of a wasm module: the bytes of each function by name, and the crate that owns the name.
//!
//! Names are Rust's: `<damage_report::reactive::signal::Signal<T>>::set::h0123456789abcdef` where wasm-bindgen has made them readable,
//! and as the linker knows them in the second module. They do not say for which types a generic function was compiled, so that its copies share one name here.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Crates that are ours: what they weigh is said by module.
const OURS: [&str; 2] = ["damage_report", "damage_report_rules"];

/// The functions of one name.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FunctionCopies {
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

/// The functions and data of a module.
#[derive(Debug)]
pub(crate) struct ModuleSymbols {
    /// The functions, each with where its code lies.
    functions: Vec<(String, Range<usize>)>,
    /// The bytes of initial memory: texts, tables.
    pub(crate) data: u64,
    /// Where the names lie, which customers do not load.
    names: Range<usize>,
}

impl ModuleSymbols {
    /// Takes a module apart that has its names still in it.
    pub(crate) fn of(module: &[u8]) -> Result<Self> {
        let (mut bodies, mut names, mut imported, mut data, mut naming_part) = (vec![], BTreeMap::new(), 0, 0, 0..0);
        for payload in Parser::new(0).parse_all(module) {
            match payload.context("The module cannot be read")? {
                Payload::ImportSection(section) => {
                    let imports = section.into_imports().collect::<Result<Vec<_>, _>>()?;
                    imported = imports.iter().filter(|import| matches!(import.ty, TypeRef::Func(_))).count();
                }
                Payload::CodeSectionEntry(body) => bodies.push(place(&body.range())),
                Payload::DataSection(section) => data = place(&section.range()).len() as u64,
                Payload::CustomSection(section) => {
                    let range = place(&section.range());
                    let KnownCustom::Name(section) = section.as_known() else { continue };
                    naming_part = range;
                    for subsection in section {
                        let Name::Function(functions) = subsection? else { continue };
                        for naming in functions {
                            let naming = naming?;
                            names.insert(naming.index as usize, naming.name);
                        }
                    }
                }
                _ => {}
            }
        }
        // Functions that wasm-opt makes have no name.
        let name = |n| names.get(&(imported + n)).map_or_else(|| "nameless".to_owned(), |name| plain(&readable(name)));
        let functions = bodies.into_iter().enumerate().map(|(n, body)| (name(n), body));
        Ok(Self { functions: functions.collect(), data, names: naming_part })
    }

    /// The code, by the name of the function.
    pub(crate) fn functions_by_name(&self) -> BTreeMap<String, FunctionCopies> {
        let mut names: BTreeMap<String, FunctionCopies> = BTreeMap::new();
        for (name, body) in &self.functions {
            names.entry(name.clone()).or_default().add(FunctionCopies { count: 1, bytes: body.len() as u64 });
        }
        names
    }

    /// `module`, which was taken apart, as it is served and without the code of who is called `owner`, if that is anybody.
    pub(crate) fn module_without_owner(&self, owner: Option<&str>, module: &[u8]) -> Vec<u8> {
        let is_theirs = |name: &str| owner.is_some_and(|owner| owners_of(name).contains(&owner));
        let theirs = self.functions.iter().filter(|(name, _)| is_theirs(name)).map(|(_, body)| body);
        let (mut rest, mut from) = (vec![], 0);
        // The names come last.
        for left_out in theirs.chain([&self.names]) {
            rest.extend(&module[from..left_out.start]);
            from = left_out.end;
        }
        rest
    }
}

/// To whom a function belongs: its crate, and within ours the module as well.
pub(crate) fn owners_of(name: &str) -> Vec<&str> {
    let path = path(name);
    match path.split_once("::") {
        Some((krate, _)) if OURS.contains(&krate) => vec![krate, path],
        Some((krate, _)) => vec![krate],
        None => vec![path],
    }
}

impl FunctionCopies {
    pub(crate) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
    }
}

fn place(range: &Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// A name as the linker knows it, with wasm-bindgen's suffix, in readable form.
fn readable(name: &str) -> String {
    let linkers = name.split(' ').next().unwrap_or_default();
    rustc_demangle::try_demangle(linkers).map_or_else(|_| name.to_owned(), |readable| readable.to_string())
}

/// A name without digests, and without what stands in angle brackets after a name: drop glue and a few others say their
/// types all the same.
fn plain(name: &str) -> String {
    let digest = name.rsplit_once("::h").filter(|(_, digest)| digest.len() >= 16);
    let name = digest.map_or(name, |(name, _)| name);
    let (mut plain, mut depth, mut before) = (String::new(), 0_u32, ':');
    for letter in name.chars() {
        // `Vec<u8>`, and the standard library's `core[c5930c85a12de822]::fmt`.
        let follows_name = before.is_alphanumeric() || matches!(before, '_' | '}');
        if matches!(letter, '<' | '[') && (depth > 0 || follows_name) {
            depth += 1;
        } else if depth > 0 && matches!(letter, '>' | ']') && before != '-' {
            depth -= 1;
            if depth == 0 && letter == '>' {
                plain.push_str("<_>");
            }
        } else if depth == 0 {
            plain.push(letter);
        }
        before = letter;
    }
    plain
}

/// The crate and the module of a function: those of the type that has it, or of its trait where the type could be
/// anybody's. A name without a path is the compiler's or wasm-bindgen's.
fn path(name: &str) -> &str {
    let name = name.trim_start_matches('<');
    let (of, by) = name.split_once(" as ").unwrap_or((name, name));
    // `&T`, `[u8]`, `T` and such have no crate.
    let of = if of.contains("::") && of.starts_with(|first: char| first.is_ascii_lowercase()) { of } else { by };
    let of = of.trim_start_matches('<');
    let mut parts = of.split("::");
    let (krate, module) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_name = |part: &str| part.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    match (module, parts.next()) {
        ("", _) => "glue",
        _ if krate.ends_with('>') => "core",
        (module, Some(_)) if is_name(module) => &of[..krate.len() + 2 + module.len()],
        _ => krate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_function_share_a_name() {
        for (name, expected) in [
            (
                "<damage_report::reactive::signal::Signal<T>>::set::h0123456789abcdef",
                "<damage_report::reactive::signal::Signal<_>>::set",
            ),
            ("core::ptr::drop_in_place<alloc::vec::Vec<u8>>::h0123456789abcdef", "core::ptr::drop_in_place<_>"),
            ("core::ptr::drop_in_place<dyn Fn(u8) -> Vec<u8>>", "core::ptr::drop_in_place<_>"),
            ("<&T as core::fmt::Debug>::fmt", "<&T as core::fmt::Debug>::fmt"),
            ("<core[c5930c85a12de822]::fmt::Formatter>::pad[1]", "<core::fmt::Formatter>::pad"),
            ("__wbindgen_malloc", "__wbindgen_malloc"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }

    #[test]
    fn a_name_of_the_linkers_is_read_like_any_other() {
        let name = "_ZN50_$LT$F$u20$as$u20$damage_report..ui..dom..Work$GT$4work17h49dfe39001350336E externref shim";
        assert_eq!(plain(&readable(name)), "<F as damage_report::ui::dom::Work>::work");
        assert_eq!(readable("<T as a::b>::c"), "<T as a::b>::c");
    }

    #[test]
    fn a_function_belongs_to_whose_type_it_is() {
        for (name, expected) in [
            ("damage_report::steps::check::check_step", "damage_report::steps"),
            ("<damage_report::failure::Failure as core::clone::Clone>::clone", "damage_report::failure"),
            (
                "<<damage_report_rules::policy::X as serde::de::Visitor>::visit as serde::Y>::z",
                "damage_report_rules::policy",
            ),
            ("<&T as core::fmt::Debug>::fmt", "core::fmt"),
            ("<T as alloc::string::ToString>::to_string", "alloc::string"),
            ("damage_report::mount", "damage_report"),
            ("<u32>::pow", "core"),
            ("__wbindgen_malloc", "glue"),
        ] {
            assert_eq!(path(name), expected);
        }
    }

    #[test]
    fn a_module_is_taken_apart_by_name() {
        // (module (func (export "f")) (memory 1) (data (i32.const 0) "abc")), with a name section.
        let module = [
            &b"\0asm\x01\0\0\0"[..],
            b"\x01\x04\x01\x60\0\0",
            b"\x03\x03\x02\0\0",
            b"\x05\x03\x01\0\x01",
            b"\x0a\x08\x02\x02\0\x0b\x03\0\x01\x0b",
            b"\x0b\x09\x01\0\x41\0\x0b\x03abc",
            b"\0\x14\x04name\x01\x0d\x02\0\x04a::b\x01\x04a::b",
        ]
        .concat();
        let symbols = ModuleSymbols::of(&module).unwrap();
        assert_eq!(symbols.functions_by_name()["a::b"], FunctionCopies { count: 2, bytes: 5 });
        assert_eq!(symbols.data, 9);
        let served = symbols.module_without_owner(None, &module);
        assert!(module.starts_with(&served) && served.ends_with(b"\0\x14"), "{served:?}");
        assert_eq!(symbols.module_without_owner(Some("a"), &module).len(), served.len() - 5);
    }
}
