//! The imports between the files of `js/`.
//!
//! The formatter puts every static import at the start of a line, so lines are enough; what is not written so is refused
//! rather than missed. An import of an address that is computed, and the address of a worker, are no arrows: they load
//! what the build made.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use super::circles::ImportGraph;

/// Adds the imports of one file.
///
/// # Errors
///
/// When an import is not written as the formatter writes it.
pub(super) fn add_imports(graph: &mut ImportGraph, file: &Path, source: &str) -> Result<()> {
    for (line, specifier) in imports(source).with_context(|| file.display().to_string())? {
        // Others are packages, or what the bundler puts there.
        if specifier.starts_with("./") || specifier.starts_with("../") {
            graph.add(file, &joined(file, &specifier), line, &format!("import {specifier:?}"));
        }
    }
    Ok(())
}

/// The static and dynamic imports of a file, each with its line number.
fn imports(source: &str) -> Result<Vec<(usize, String)>> {
    let mut found = vec![];
    let mut lines = source.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index + 1;
        if is_comment(line) {
            continue;
        }
        for call in line.split("import(").skip(1) {
            found.extend(quoted(call).map(|specifier| (number, specifier)));
        }
        let is_static = line.starts_with("import ") || line.starts_with("import{") || line.starts_with("import\"");
        let is_reexport = ["export {", "export *", "export{", "export*"].iter().any(|begin| line.starts_with(begin));
        if !is_static && !is_reexport {
            continue;
        }
        let mut statement = line.trim_end().to_owned();
        while !statement.ends_with(';') {
            let (_, next) =
                lines.next().with_context(|| format!("line {number}: this statement has no end: {statement}"))?;
            statement.push_str(next.trim_end());
        }
        let from = statement
            .rsplit_once("from")
            .map_or(if is_static { &statement["import".len()..] } else { "" }, |(_, from)| from);
        match quoted(from.trim_start()) {
            Some(specifier) => found.push((number, specifier)),
            // `export { name };` gives on nothing of another file.
            None if is_reexport && !statement.contains(" from") => {}
            None => anyhow::bail!("line {number}: this import cannot be read: {statement}"),
        }
    }
    Ok(found)
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "*"].iter().any(|begin| line.trim_start().starts_with(begin))
}

/// The text between the quotes that `code` begins with.
fn quoted(code: &str) -> Option<String> {
    let quote = code.chars().next().filter(|first| ['"', '\'', '`'].contains(first))?;
    let (text, _) = code[1..].split_once(quote)?;
    (!text.contains("${")).then(|| text.to_owned())
}

/// The file that `specifier` means in `file`.
fn joined(file: &Path, specifier: &str) -> PathBuf {
    let mut path = file.parent().unwrap_or(Path::new("")).to_path_buf();
    for part in Path::new(specifier).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> usize {
        let mut graph = ImportGraph::default();
        for (file, source) in files {
            add_imports(&mut graph, Path::new(file), source).unwrap();
        }
        graph.circles().len()
    }

    #[test]
    fn a_circle_is_found_however_the_import_is_written() {
        for back in [
            "import { a } from \"./a.js\";",
            "import './a.js';",
            "import {\n  a,\n  b as c,\n} from \"./a.js\";",
            "import a, { b } from \"../js/a.js\";",
            "import * as a from \"./a.js\";",
            "export { a } from \"./a.js\";",
            "export * from \"./a.js\";",
            "const a = () => once(() => import(\"./a.js\"));",
        ] {
            assert_eq!(circles(&[("js/a.js", "import { b } from \"./b.js\";"), ("js/b.js", back)]), 1, "{back}");
        }
    }

    #[test]
    fn what_only_speaks_of_an_import_is_none() {
        for line in [
            "// import { a } from \"./a.js\";",
            " * import(\"./a.js\") would be a circle",
            "import { mount } from \"glue\";",
            "const a = import(address);",
            "export { b };",
            "const worker = new Worker(new URL(\"./a.js\", import.meta.url));",
        ] {
            assert_eq!(circles(&[("js/a.js", "import { b } from \"./b.js\";"), ("js/b.js", line)]), 0, "{line}");
        }
    }

    #[test]
    fn an_import_that_cannot_be_read_is_refused() {
        for line in ["import { a } from somewhere;", "import { a } from \"./a.js\""] {
            assert!(imports(line).is_err(), "{line}");
        }
    }
}
