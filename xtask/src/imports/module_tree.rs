//! The modules of one crate as a tree of files. Resolves each path in them to a file.
//!
//! An arrow goes from a file to another file of the same crate whose item it uses:
//!
//! - The arrow ends at the file that defines the item, even if the path goes through a re-export (`pub use child::Item`).
//! - `mod child;` makes no arrow, and neither does a `use` of a module by itself. A use of an item in that module makes one.
//! - A parent's `pub use child::Item` makes no arrow. If the parent's own code uses the item, that makes one.
//! - A parent may use its children. If a child then uses an item of its parent's file, that closes a circle: an item that both need
//!   belongs in a file of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::circles::ImportGraph;
use super::module_files::{Read, find_module, folder_of_children};
use super::rust_source::{ChildModule, Import, ModuleScope};

/// How many re-exports are followed, one after the other.
const REEXPORTS_MAX: usize = 16;

/// The modules of one crate.
#[derive(Debug)]
pub(super) struct ModuleTree {
    modules: Vec<Module>,
}

#[derive(Debug)]
struct Module {
    /// The names of the modules down to this one, beginning with `crate`.
    path: Vec<String>,
    file: PathBuf,
    parent: usize,
    children: BTreeMap<String, usize>,
    scope: ModuleScope,
}

/// A use of something by a path.
#[derive(Debug)]
pub(super) struct PathReference<'a> {
    pub(super) file: &'a Path,
    pub(super) line: usize,
    /// The full paths of the item, beginning with `crate` or an external crate: the written one first, then one for each re-export that it
    /// goes through.
    pub(super) trail: Vec<Vec<String>>,
    /// The file that defines the item, if that is an arrow.
    to: Option<&'a Path>,
}

/// Where a path leads.
enum End {
    /// To a module itself.
    Module(usize),
    /// To an item of the module.
    Item(usize),
    /// To another crate.
    Elsewhere,
}

impl ModuleTree {
    /// Reads the crate whose root is the file `root`.
    ///
    /// # Errors
    ///
    /// When one of its files is missing or is not valid Rust.
    pub(super) fn load(root: &Path, read: Read<'_>) -> Result<Self> {
        let mut tree = Self { modules: vec![] };
        let source = read(root)?.with_context(|| format!("{} is missing", root.display()))?;
        let scope = ModuleScope::parse(&source).with_context(|| root.display().to_string())?;
        let folder = root.parent().unwrap_or(Path::new("")).to_path_buf();
        tree.add(vec!["crate".to_owned()], root, &folder, 0, scope, read)?;
        Ok(tree)
    }

    /// Every use of something by a path, in every file.
    pub(super) fn references(&self) -> impl Iterator<Item = PathReference<'_>> {
        (0..self.modules.len()).flat_map(|at| self.references_of(at))
    }

    /// Which file uses which.
    pub(super) fn import_graph(&self) -> ImportGraph {
        let mut graph = ImportGraph::default();
        for PathReference { file, line, trail, to } in self.references() {
            if let Some(to) = to {
                let name = trail.last().map(|path| path.join("::")).unwrap_or_default();
                graph.add(file, to, line, &name);
            }
        }
        graph
    }

    fn add(
        &mut self,
        path: Vec<String>,
        file: &Path,
        folder: &Path,
        parent: usize,
        mut scope: ModuleScope,
        read: Read<'_>,
    ) -> Result<usize> {
        let at = self.modules.len();
        let children = std::mem::take(&mut scope.children);
        self.modules.push(Module {
            path: path.clone(),
            file: file.to_path_buf(),
            parent,
            children: BTreeMap::new(),
            scope,
        });
        for ChildModule { name, path: told, inline } in children {
            let path = [&path[..], std::slice::from_ref(&name)].concat();
            let child = if let Some(scope) = inline {
                self.add(path, file, &folder.join(&name), at, scope, read)?
            } else {
                let (file, source) = find_module(&name, told.as_deref(), file, folder, read)?;
                let scope = ModuleScope::parse(&source).with_context(|| file.display().to_string())?;
                self.add(path, &file, &folder_of_children(&file), at, scope, read)?
            };
            self.modules[at].children.insert(name, child);
        }
        Ok(at)
    }

    fn references_of(&self, at: usize) -> Vec<PathReference<'_>> {
        let module = &self.modules[at];
        let mut references = vec![];
        let reference = |line, trail, to| PathReference { file: &module.file, line, trail, to };
        for import in &module.scope.imports {
            let mut trail = vec![];
            let end = self.resolve_import(at, import, &[], &mut trail);
            let to = self.arrow_of_import(at, import, end);
            references.push(reference(import.line, trail, to));
        }
        for used in &module.scope.paths {
            let mut trail = vec![];
            // A single name counts only where a re-export of this module brings it in: all other imports were counted above.
            if let [name] = &used.segments[..]
                && !module.scope.imports.iter().any(|import| import.is_reexport && import.name.as_ref() == Some(name))
            {
                continue;
            }
            let to = match self.resolve(at, &used.segments, &mut trail) {
                End::Item(to) => Some(self.modules[to].file.as_path()),
                End::Module(_) | End::Elsewhere => None,
            };
            references.push(reference(used.line, trail, to));
        }
        references
    }

    fn arrow_of_import(&self, at: usize, import: &Import, end: End) -> Option<&Path> {
        let to = match end {
            End::Item(to) => to,
            // A glob import counts as a use of the module's file.
            End::Module(to) if import.name.is_none() => to,
            End::Module(_) | End::Elsewhere => return None,
        };
        let is_own_child = self.modules[to].path.starts_with(&self.modules[at].path);
        let is_arrow = !(import.is_reexport && is_own_child);
        is_arrow.then(|| self.modules[to].file.as_path())
    }

    /// Resolves a path that is written in the module `at`. Adds each full path on the way to `trail`.
    fn resolve(&self, at: usize, segments: &[String], trail: &mut Vec<Vec<String>>) -> End {
        let Some(first) = segments.first() else { return End::Module(at) };
        match first.as_str() {
            "crate" => self.descend(0, &segments[1..], trail),
            "self" if segments.get(1).is_some_and(|next| next == "super") => {
                self.resolve_above(at, &segments[1..], trail)
            }
            "self" => self.descend(at, &segments[1..], trail),
            "super" => self.resolve_above(at, segments, trail),
            "Self" => End::Item(at),
            name if self.knows(at, name) => self.descend(at, segments, trail),
            _ => {
                trail.push(segments.to_vec());
                End::Elsewhere
            }
        }
    }

    /// Resolves an import of the module `at`, followed by the `rest` of a path.
    fn resolve_import(&self, at: usize, import: &Import, rest: &[String], trail: &mut Vec<Vec<String>>) -> End {
        let segments = [&import.segments[..], rest].concat();
        let first = &segments[0];
        // In `use anyhow::anyhow` the first segment is the crate, not the macro that is imported here.
        if import.name.as_ref() == Some(first) && !self.is_ours(at, first) {
            trail.push(segments);
            return End::Elsewhere;
        }
        self.resolve(at, &segments, trail)
    }

    fn resolve_above(&self, at: usize, segments: &[String], trail: &mut Vec<Vec<String>>) -> End {
        let ups = segments.iter().take_while(|segment| *segment == "super").count();
        let above = (0..ups).fold(at, |at, _| self.modules[at].parent);
        self.descend(above, &segments[ups..], trail)
    }

    /// Whether the module has a child, an item or an import with this name.
    fn knows(&self, at: usize, name: &str) -> bool {
        let Module { children, scope, .. } = &self.modules[at];
        children.contains_key(name)
            || scope.items.contains(name)
            || scope.imports.iter().any(|import| import.name.as_deref() == Some(name))
            || self.glob_with(at, name, 0).is_some()
    }

    /// The module from which a glob import of the module `at` brings in the name.
    fn glob_with(&self, at: usize, name: &str, depth: usize) -> Option<usize> {
        if depth > REEXPORTS_MAX {
            return None;
        }
        let globs = self.modules[at].scope.imports.iter().filter(|import| import.name.is_none());
        globs.filter(|import| import.segments.first().is_some_and(|first| self.is_ours(at, first))).find_map(|import| {
            let End::Module(from) = self.resolve_plainly(at, &import.segments) else { return None };
            let Module { children, scope, .. } = &self.modules[from];
            let is_there = children.contains_key(name)
                || scope.items.contains(name)
                || scope.imports.iter().any(|import| import.name.as_deref() == Some(name));
            if is_there { Some(from) } else { self.glob_with(from, name, depth + 1) }
        })
    }

    fn is_ours(&self, at: usize, first: &str) -> bool {
        ["crate", "self", "super"].contains(&first) || self.modules[at].children.contains_key(first)
    }

    /// Resolves a path through modules only, not through imports.
    fn resolve_plainly(&self, at: usize, segments: &[String]) -> End {
        let mut here = at;
        for (index, segment) in segments.iter().enumerate() {
            here = match segment.as_str() {
                "crate" if index == 0 => 0,
                "self" if index == 0 => at,
                "super" => self.modules[here].parent,
                name => match self.modules[here].children.get(name) {
                    Some(child) => *child,
                    None => return End::Item(here),
                },
            };
        }
        End::Module(here)
    }

    /// Resolves the rest of a path downwards from the module `at`, through re-exports.
    fn descend(&self, at: usize, segments: &[String], trail: &mut Vec<Vec<String>>) -> End {
        let full = [&self.modules[at].path[..], segments].concat();
        // Two re-exports that name each other would be followed for ever.
        if trail.len() > REEXPORTS_MAX || trail.contains(&full) {
            return End::Item(at);
        }
        let Some(name) = segments.first() else {
            trail.push(full);
            return End::Module(at);
        };
        let Module { children, scope, .. } = &self.modules[at];
        if let Some(child) = children.get(name) {
            return self.descend(*child, &segments[1..], trail);
        }
        trail.push(full);
        if scope.items.contains(name) {
            return End::Item(at);
        }
        if let Some(import) = scope.imports.iter().find(|import| import.name.as_ref() == Some(name)) {
            return self.resolve_import(at, import, &segments[1..], trail);
        }
        match self.glob_with(at, name, 0) {
            Some(from) => self.descend(from, segments, trail),
            None => End::Item(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> ModuleTree {
        let files: BTreeMap<PathBuf, String> =
            files.iter().map(|(path, source)| (PathBuf::from(path), (*source).to_owned())).collect();
        let root = if files.contains_key(Path::new("src/main.rs")) { "src/main.rs" } else { "src/lib.rs" };
        ModuleTree::load(Path::new(root), &|path| Ok(files.get(path).cloned())).unwrap()
    }

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        tree(files).import_graph().circles().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_circle_is_found_however_the_import_is_written() {
        let lib = ("src/lib.rs", "mod a; mod b; pub use b::B as Renamed;");
        let b = ("src/b.rs", "use crate::a::A; pub struct B; fn f(_: A) {}");
        for back in [
            "use crate::b::B; pub struct A;",
            "use crate::{b::{B}}; pub struct A;",
            "use super::b::B as Other; pub struct A;",
            "use self::super::b::B; pub struct A;",
            "use crate::b; pub struct A; fn f(_: b::B) {}",
            "use crate::b::*; pub struct A;",
            "use crate::Renamed; pub struct A;",
            "pub struct A; fn f() { crate::b::g() }",
            "pub struct A; fn f() { println!(\"{}\", super::b::g()) }",
            "pub struct A; impl From<super::b::B> for A {}",
            "pub struct A; mod inner { use super::super::b::B; }",
        ] {
            let found = circles(&[lib, b, ("src/a.rs", back)]);
            assert_eq!(found.len(), 1, "{back}: {found:?}");
            assert!(found[0].contains("src/a.rs → src/b.rs") && found[0].contains("src/b.rs → src/a.rs"), "{found:?}");
        }
        assert_eq!(circles(&[lib, b, ("src/a.rs", "#[cfg(test)] use crate::b::B; pub struct A;")]).len(), 0);
        assert_eq!(circles(&[lib, b, ("src/a.rs", "use crate::b; pub struct A;")]).len(), 0);
    }

    #[test]
    fn a_child_that_uses_its_parents_file_closes_a_circle() {
        let lib = ("src/lib.rs", "mod room;");
        let uses_child = ("src/room.rs", "mod part; use part::Part; pub struct Room(Part); pub(super) struct Size;");
        let part = ("src/room/part.rs", "use super::Size; pub struct Part(Size);");
        assert_eq!(circles(&[lib, uses_child, part]).len(), 1);
        let only_declares = ("src/room.rs", "mod part; pub use part::Part; pub struct Size;");
        assert_eq!(circles(&[lib, only_declares, part]).len(), 0);
        let uses_what_it_gives_on = ("src/room.rs", "mod part; pub use part::Part; pub struct Size; fn f(_: Part) {}");
        assert_eq!(circles(&[lib, uses_what_it_gives_on, part]).len(), 1);
    }

    #[test]
    fn a_sibling_by_way_of_the_parents_re_export_is_the_sibling() {
        let files = [
            ("src/main.rs", "mod room;"),
            ("src/room.rs", "mod one; mod two; pub use two::*; pub use one::One; fn f(_: One) {}"),
            ("src/room/one.rs", "use super::Two; pub struct One(Two);"),
            ("src/room/two.rs", "pub struct Two;"),
        ];
        assert_eq!(circles(&files).len(), 0);
        let tree = tree(&files);
        let arrows: Vec<_> = tree.references().filter_map(|found| Some((found.file, found.to?))).collect();
        assert!(arrows.contains(&(Path::new("src/room/one.rs"), Path::new("src/room/two.rs"))), "{arrows:?}");
    }

    #[test]
    fn a_path_is_told_in_full_with_each_re_export_on_its_way() {
        let tree = tree(&[
            ("src/lib.rs", "mod photos; mod draft;"),
            ("src/photos.rs", "pub use web_sys::File;"),
            ("src/draft.rs", "use super::photos::{self as p}; type F = p::File;"),
        ]);
        let trail =
            tree.references().find(|found| found.file.ends_with("draft.rs") && found.trail.len() > 2).unwrap().trail;
        let trail: Vec<_> = trail.into_iter().map(|path| path.join("::")).collect();
        assert_eq!(trail, ["crate::draft::p::File", "crate::photos::File", "web_sys::File"]);
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let error = ModuleTree::load(Path::new("src/lib.rs"), &|path| {
            Ok(path.ends_with("lib.rs").then(|| "mod gone;".to_owned()))
        });
        assert!(error.unwrap_err().to_string().contains("gone"));
    }
}
