//! One Rust file as the import check sees it: what it defines, what it imports and which paths it uses.
//!
//! The file is parsed by `syn`. Tests (`#[cfg(test)]`) are left out, and so are paths in strings, such as serde's `with`.
//! Resolving the paths is for `module_tree`.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ImplItem, Item, ItemUse, Macro, Meta, Path, TraitItem, UseTree, Visibility};

/// A module: a whole file, or an inline `mod` in one.
#[derive(Debug, Default)]
pub(super) struct ModuleScope {
    /// The names of its types, functions, constants, traits and macros.
    pub(super) items: BTreeSet<String>,
    pub(super) children: Vec<ChildModule>,
    pub(super) imports: Vec<Import>,
    /// The paths in its expressions, types and macro calls.
    pub(super) paths: Vec<PathUse>,
}

/// A `mod` item.
#[derive(Debug)]
pub(super) struct ChildModule {
    pub(super) name: String,
    /// The value of `#[path = "…"]`.
    pub(super) path: Option<String>,
    /// The module itself, if it is inline.
    pub(super) inline: Option<ModuleScope>,
}

/// One name that a `use` brings in.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) segments: Vec<String>,
    /// The name it has here; none for `*`.
    pub(super) name: Option<String>,
    /// Other modules can import it from here (`pub use`, `pub(crate) use`).
    pub(super) is_reexport: bool,
    pub(super) line: usize,
}

/// A path that is used: `crate::clock::now`, or a single name.
#[derive(Debug)]
pub(super) struct PathUse {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
}

impl ModuleScope {
    /// Parses a file.
    ///
    /// # Errors
    ///
    /// When it is no Rust.
    pub(super) fn parse(source: &str) -> Result<Self> {
        let file = syn::parse_file(source).context("it does not parse as Rust")?;
        let mut reader = Reader::default();
        reader.visit_file(&file);
        Ok(reader.scope)
    }
}

/// Walks over a file's syntax tree and collects one scope.
#[derive(Default)]
struct Reader {
    scope: ModuleScope,
    /// How many function bodies and the like surround the current item: what they define is not the module's.
    depth: usize,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        if self.depth == 0
            && let Some(name) = name_of(item)
        {
            self.scope.items.insert(name);
        }
        match item {
            Item::Mod(module) => {
                let inline = module.content.as_ref().map(|(_, items)| {
                    let mut reader = Self::default();
                    items.iter().for_each(|item| reader.visit_item(item));
                    reader.scope
                });
                let path = module.attrs.iter().find_map(path_attribute);
                self.scope.children.push(ChildModule { name: module.ident.to_string(), path, inline });
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.depth += 1;
        visit::visit_block(self, block);
        self.depth -= 1;
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let is_left_out = matches!(item, TraitItem::Fn(function) if is_test(&function.attrs));
        if !is_left_out {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], is_reexport);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = path.segments.first().map_or(0, |first| line_of(&first.ident));
        self.scope.paths.push(PathUse { segments, line });
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        visit::visit_macro(self, call);
        paths_in(call.tokens.clone(), &mut self.scope.paths);
    }

    // `pub(in crate::room)` says who may look, and uses nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

impl Reader {
    fn import(&mut self, tree: &UseTree, before: &[String], is_reexport: bool) {
        let path_to = |last: &Ident| [before, &[last.to_string()]].concat();
        let (segments, name, line) = match tree {
            UseTree::Path(path) => return self.import(&path.tree, &path_to(&path.ident), is_reexport),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, before, is_reexport));
            }
            UseTree::Glob(glob) => (before.to_vec(), None, glob.star_token.span.start().line),
            UseTree::Rename(rename) => {
                (path_to(&rename.ident), Some(rename.rename.to_string()), line_of(&rename.ident))
            }
            UseTree::Name(name) if name.ident == "self" => {
                (path_to(&name.ident), before.last().cloned(), line_of(&name.ident))
            }
            UseTree::Name(name) => (path_to(&name.ident), Some(name.ident.to_string()), line_of(&name.ident)),
        };
        // `use crate::room::{self}` is the room.
        let is_self = segments.len() > 1 && segments.last().is_some_and(|last| last == "self");
        let segments = if is_self { before.to_vec() } else { segments };
        self.scope.imports.push(Import { segments, name, is_reexport, line });
    }
}

fn line_of(name: &Ident) -> usize {
    name.span().start().line
}

/// The paths among the tokens of a macro call, which `syn` does not parse.
fn paths_in(tokens: TokenStream, paths: &mut Vec<PathUse>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    let is_member = |at: usize| {
        at.checked_sub(1).is_some_and(|at| matches!(&tokens[at], TokenTree::Punct(mark) if mark.as_char() == '.'))
    };
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => paths_in(group.stream(), paths),
            TokenTree::Ident(first) if !is_member(at) => {
                let mut segments = vec![first.to_string()];
                let line = first.span().start().line;
                while is_colon(at + 1)
                    && is_colon(at + 2)
                    && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                {
                    segments.push(next.to_string());
                    at += 3;
                }
                paths.push(PathUse { segments, line });
            }
            _ => {}
        }
        at += 1;
    }
}

/// Is the item compiled in tests alone?
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            let mut parts = condition.strip_prefix("all").unwrap_or(&condition).split([' ', '(', ')', ',']);
            condition == "test" || (condition.starts_with("all") && parts.any(|part| part == "test"))
        }
        _ => false,
    })
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(literal) = &pair.value else { return None };
    match &literal.lit {
        syn::Lit::Str(text) if pair.path.is_ident("path") => Some(text.value()),
        _ => None,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(source: &str) -> Vec<(String, String)> {
        let scope = ModuleScope::parse(source).unwrap();
        let imports = scope.imports.into_iter();
        imports.map(|import| (import.segments.join("::"), import.name.unwrap_or_else(|| "*".to_owned()))).collect()
    }

    fn paths(source: &str) -> Vec<String> {
        ModuleScope::parse(source).unwrap().paths.into_iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn grouped_renamed_and_glob_imports_are_told_apart() {
        let source = "use crate::{draft::{self, Draft as D}, flow::*};\nuse super::clock;";
        let expected =
            [("crate::draft", "draft"), ("crate::draft::Draft", "D"), ("crate::flow", "*"), ("super::clock", "clock")];
        assert_eq!(imports(source), expected.map(|(path, name)| (path.to_owned(), name.to_owned())));
    }

    #[test]
    fn paths_are_found_in_types_expressions_and_macro_calls() {
        let source = "fn f(x: crate::a::A) { crate::b::g(&x); println!(\"{}\", [crate::c::h(x.field)]); }";
        let found = paths(source);
        for path in ["crate::a::A", "crate::b::g", "crate::c::h"] {
            assert!(found.iter().any(|found| found == path), "{path} in {found:?}");
        }
        assert!(!found.iter().any(|path| path == "field"), "{found:?}");
    }

    #[test]
    fn tests_are_left_out_wherever_they_stand() {
        let source = "#[cfg(test)] use crate::a;\n#[cfg(test)] mod tests { use crate::b; }\n\
                      struct S; impl S { #[cfg(all(test, unix))] fn f() { crate::c::g() } }\n\
                      #[cfg(not(test))] use crate::d;";
        assert_eq!(imports(source), [("crate::d".to_owned(), "d".to_owned())]);
        assert_eq!(paths(source), ["S"]);
        assert!(ModuleScope::parse(source).unwrap().children.is_empty());
    }

    #[test]
    fn what_a_function_defines_is_not_the_modules() {
        let scope = ModuleScope::parse("fn outer() { fn inner() {} }\nmacro_rules! m { () => {} }").unwrap();
        assert_eq!(scope.items.into_iter().collect::<Vec<_>>(), ["m", "outer"]);
    }
}
