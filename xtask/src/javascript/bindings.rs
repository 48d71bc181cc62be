//! Rust's expectations of JavaScript as TypeScript: each `#[wasm_bindgen] extern "C"` item becomes a line that uses it
//! as Rust does, and each exported class or function a line that compares it with its declaration.
//!
//! TypeScript then finds every name and every type in which the two sides differ. A type is looked for in `js/types.d.ts`, by
//! `#[wasm_bindgen(typescript_type = "…")]` or its own name; else in the module that its block imports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, FnArg, ForeignItem, GenericArgument, ImplItem, Item, ItemForeignMod, Lit, Meta, PathArguments,
    ReturnType, Signature, Token, Type, Visibility,
};

/// The folder in which the tests' modules lie once they are bundled; their sources are at the same place below the root.
pub(super) const BUNDLED: &str = "/target/browser-tests/";

/// TypeScript, with the place in Rust that each of its lines comes from.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    types: BTreeMap<String, String>,
    declared: BTreeSet<String>,
    modules: BTreeSet<(PathBuf, String)>,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    code: String,
    file: PathBuf,
    number: usize,
}

impl Bindings {
    /// The bindings of these files, with the text of `js/types.d.ts`.
    ///
    /// # Errors
    ///
    /// When a file is no Rust, or a type of an import has no counterpart in TypeScript.
    pub(super) fn from_rust(files: &[(PathBuf, String)], types: &str) -> Result<Self> {
        let words = types.lines().filter_map(|line| line.strip_prefix("export "));
        let declared = words.filter_map(|line| line.split([' ', '<']).nth(1)).map(str::to_owned).collect();
        let mut bindings = Self { declared, ..Self::default() };
        let mut parsed = vec![];
        for (path, source) in files.iter().filter(|(_, source)| source.contains("wasm_bindgen")) {
            let file = syn::parse_file(source).with_context(|| format!("{} is no Rust", path.display()))?;
            parsed.push((path, file));
        }
        for (path, file) in &parsed {
            bindings.types.extend(bindings.types_of(path, &file.items)?);
        }
        for (path, file) in &parsed {
            // Two files may have a type of the same name: the file's own comes first.
            let elsewhere = bindings.types.clone();
            bindings.types.extend(bindings.types_of(path, &file.items)?);
            bindings.read(path, &file.items).with_context(|| path.display().to_string())?;
            bindings.types = elsewhere;
        }
        Ok(bindings)
    }

    /// The TypeScript, for a project in the folder `root`.
    pub(super) fn to_typescript(&self, root: &Path) -> String {
        let names: Vec<_> = self.declared.iter().map(String::as_str).collect();
        let mut code = format!("import type {{ {} }} from {:?};\n", names.join(", "), root.join("js/types.d.ts"));
        for line in &self.lines {
            code.push_str(&line.code.replace("{root}", &root.display().to_string()));
            code.push('\n');
        }
        code
    }

    /// A message of TypeScript about the code, with the place in Rust before it.
    pub(super) fn locate_in_rust(&self, message: &str) -> String {
        let line = message.split_once(".ts(").and_then(|(_, place)| place.split(',').next()?.parse::<usize>().ok());
        // The first line is the import.
        match line.and_then(|line| self.lines.get(line.checked_sub(2)?)) {
            Some(line) => {
                let what = message.split_once(": error ").map_or(message, |(_, what)| what);
                format!("{}:{}: {what}", line.file.display(), line.number)
            }
            None => message.to_owned(),
        }
    }

    /// The modules that each file imports, as Rust writes them.
    pub(super) fn imported_modules(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.modules.iter().map(|(file, module)| (&**file, &**module))
    }

    /// How many items of Rust are compared.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    fn types_of(&self, path: &Path, items: &[Item]) -> Result<BTreeMap<String, String>> {
        let mut types = BTreeMap::new();
        for item in items {
            match item {
                Item::ForeignMod(block) => {
                    let Some(module) = Arguments::of(&block.attrs) else { continue };
                    for item in &block.items {
                        let ForeignItem::Type(foreign) = item else { continue };
                        let name = foreign.ident.to_string();
                        let own = Arguments::of(&foreign.attrs).unwrap_or_default();
                        let typescript = match (own.text("typescript_type"), module.module()) {
                            (Some(text), _) => text,
                            (None, _) if self.declared.contains(&name) => name.clone(),
                            (None, Some(module)) => format!("import({module}).{name}"),
                            (None, None) => match namespace_of(block, &name) {
                                Some(namespace) => format!("{namespace}.{name}"),
                                None => bail!("{}: js/types.d.ts has no type {name}", path.display()),
                            },
                        };
                        types.insert(name, typescript);
                    }
                }
                Item::Struct(item) if Arguments::of(&item.attrs).is_some() => {
                    let name = item.ident.to_string();
                    types.insert(name.clone(), name);
                }
                _ => {}
            }
        }
        Ok(types)
    }

    fn read(&mut self, path: &Path, items: &[Item]) -> Result<()> {
        for item in items {
            match item {
                Item::ForeignMod(block) => {
                    let Some(module) = Arguments::of(&block.attrs) else { continue };
                    self.modules.extend(module.source().map(|source| (path.to_owned(), source)));
                    for item in &block.items {
                        let ForeignItem::Fn(item) = item else { continue };
                        let arguments = Arguments::of(&item.attrs).unwrap_or_default();
                        let code = self.import(&item.sig, &arguments, module.module().as_deref())?;
                        self.add(path, &item.sig, code);
                    }
                }
                Item::Fn(item) if Arguments::of(&item.attrs).is_some() && is_public(&item.vis) => {
                    let name = js_name(&item.sig, &item.attrs);
                    let code = format!(
                        "((it: {}) => it satisfies typeof import(\"glue\").{name});",
                        self.function(&item.sig, "=>")?
                    );
                    self.add(path, &item.sig, code);
                }
                Item::Impl(item) if Arguments::of(&item.attrs).is_some() => {
                    let class = class_name(&item.self_ty);
                    let mut methods = vec![];
                    for member in &item.items {
                        if let ImplItem::Fn(method) = member
                            && is_public(&method.vis)
                        {
                            let name = js_name(&method.sig, &method.attrs);
                            methods.push(format!("{name}{}", self.function(&method.sig, ":")?));
                        }
                    }
                    let code = format!("((it: {{ {} }}) => it satisfies {class});", methods.join("; "));
                    self.lines.push(Line { code, file: path.to_owned(), number: item.impl_token.span.start().line });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, signature: &Signature, code: String) {
        self.lines.push(Line { code, file: path.to_owned(), number: signature.ident.span().start().line });
    }

    /// A use of an imported function.
    fn import(&self, signature: &Signature, arguments: &Arguments, module: Option<&str>) -> Result<String> {
        let name = arguments.text("js_name").unwrap_or_else(|| signature.ident.to_string());
        let is_method = arguments.has("method");
        let given: Vec<_> = typed(signature).skip(usize::from(is_method)).collect();
        let given = given.into_iter().map(|kind| Ok(format!("null! as {}", self.given(kind)?)));
        let given = given.collect::<Result<Vec<_>>>()?.join(", ");
        let result = match &signature.output {
            ReturnType::Type(_, kind) if !arguments.has("constructor") => self.result(kind)?,
            _ => None,
        };
        let result = match (signature.asyncness.is_some(), result) {
            (true, result) => Some(format!("Promise<{}>", result.unwrap_or_else(|| "unknown".to_owned()))),
            (false, result) => result,
        };
        let owner = match (module, arguments.text("js_namespace")) {
            (Some(module), _) => format!("(null! as typeof import({module}))"),
            (None, Some(namespace)) => namespace,
            (None, None) => "globalThis".to_owned(),
        };
        let (parameter, call) = if is_method {
            let this = typed(signature).next().context("a method has a parameter `this`")?;
            let this = format!("it: {}", self.given(this)?);
            let call = if arguments.has("getter") { format!("it.{name}") } else { format!("it.{name}({given})") };
            (this, call)
        } else if arguments.has("constructor") {
            let ReturnType::Type(_, kind) = &signature.output else { bail!("{name} constructs nothing") };
            (String::new(), format!("new {owner}.{}({given})", class_of(kind)))
        } else {
            (String::new(), format!("{owner}.{name}({given})"))
        };
        Ok(match result {
            Some(result) => format!("(({parameter}) => {call} satisfies {result});"),
            None => format!("(({parameter}) => {call});"),
        })
    }

    /// The type of an exported function; `arrow` comes before its result.
    fn function(&self, signature: &Signature, arrow: &str) -> Result<String> {
        let given = typed(signature).enumerate().map(|(n, kind)| {
            let kind = self.given(kind)?;
            // Opaque to Rust, and anything for JavaScript.
            Ok(format!("_{n}: {}", if kind == "never" { "unknown" } else { &kind }))
        });
        let given = given.collect::<Result<Vec<_>>>()?.join(", ");
        let result = match &signature.output {
            ReturnType::Type(_, kind) => self.result(kind)?,
            ReturnType::Default => None,
        };
        Ok(format!("({given}) {arrow} {}", result.as_deref().unwrap_or("void")))
    }

    /// The type of something that Rust gives to JavaScript.
    fn given(&self, kind: &Type) -> Result<String> {
        self.typescript(kind, false).map(|kind| kind.unwrap_or_else(|| "never".to_owned()))
    }

    /// The type of something that JavaScript gives to Rust; none, where Rust takes anything.
    fn result(&self, kind: &Type) -> Result<Option<String>> {
        self.typescript(kind, true)
    }

    fn typescript(&self, kind: &Type, is_result: bool) -> Result<Option<String>> {
        let path = match kind {
            Type::Reference(reference) => return self.typescript(&reference.elem, is_result),
            Type::Slice(slice) if class_name(&slice.elem) == "u8" => {
                return Ok(Some("Uint8Array<ArrayBuffer>".to_owned()));
            }
            Type::Path(path) => path,
            _ => bail!("this kind of type has no counterpart in TypeScript"),
        };
        let inner = || -> Result<Option<String>> {
            let PathArguments::AngleBracketed(arguments) = &path.path.segments.last().context("empty path")?.arguments
            else {
                return Ok(None);
            };
            match arguments.args.first() {
                Some(GenericArgument::Type(kind)) => self.typescript(kind, is_result),
                _ => Ok(None),
            }
        };
        let name = class_name(kind);
        Ok(match name.as_str() {
            "JsValue" => None,
            "Object" | "Function" | "Array" if !is_result => None,
            "Object" => Some("object".to_owned()),
            "Function" => Some("(...given: never[]) => unknown".to_owned()),
            "Array" => Some("unknown[]".to_owned()),
            "Promise" => Some(if is_result { "Promise<unknown>" } else { "Promise<never>" }.to_owned()),
            "str" | "String" => Some("string".to_owned()),
            "bool" => Some("boolean".to_owned()),
            "f32" | "f64" | "u8" | "u16" | "u32" | "i32" | "usize" => Some("number".to_owned()),
            "HtmlElement" => Some("HTMLElement".to_owned()),
            "Result" => inner()?,
            "Option" => inner()?.map(|kind| format!("{kind} | undefined")),
            // The glue copies whatever has a length and numbers.
            "Vec" => inner()?
                .map(|kind| if kind == "number" { "ArrayLike<number>".to_owned() } else { format!("Array<{kind}>") }),
            // A type of the browser has the same name in Rust.
            _ => Some(self.types.get(&name).cloned().unwrap_or(name)),
        })
    }
}

/// The arguments of a `#[wasm_bindgen(…)]`.
#[derive(Default)]
struct Arguments(Vec<Meta>);

impl Arguments {
    /// Those among `attributes`, if that is one of them.
    fn of(attributes: &[Attribute]) -> Option<Self> {
        let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("wasm_bindgen"))?;
        let list = Punctuated::<Meta, Token![,]>::parse_terminated;
        Some(Self(attribute.parse_args_with(list).map(|list| list.into_iter().collect()).unwrap_or_default()))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|meta| meta.path().is_ident(name))
    }

    fn text(&self, name: &str) -> Option<String> {
        let value = self.0.iter().find(|meta| meta.path().is_ident(name))?.require_name_value().ok()?;
        match &value.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
            _ => None,
        }
    }

    /// The module that a block imports.
    fn source(&self) -> Option<String> {
        self.text("module").or_else(|| self.text("raw_module"))
    }

    /// The source of the module that a block imports, as TypeScript imports it.
    fn module(&self) -> Option<String> {
        let module = self.source()?;
        let source = module.strip_prefix(BUNDLED).or_else(|| module.strip_prefix('/')).unwrap_or(&module);
        Some(format!("\"{{root}}/{source}\""))
    }
}

/// The namespace that the constructor of a type is in.
fn namespace_of(block: &ItemForeignMod, name: &str) -> Option<String> {
    block.items.iter().find_map(|item| {
        let ForeignItem::Fn(item) = item else { return None };
        let arguments = Arguments::of(&item.attrs)?;
        let ReturnType::Type(_, kind) = &item.sig.output else { return None };
        let class = class_of(kind);
        (arguments.has("constructor") && class == name).then(|| arguments.text("js_namespace")).flatten()
    })
}

/// The class that a constructor gives, whether it may fail or not.
fn class_of(kind: &Type) -> String {
    if let Type::Path(path) = kind
        && let Some(last) = path.path.segments.last()
        && last.ident == "Result"
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return class_name(inner);
    }
    class_name(kind)
}

/// The last part of a type's name.
fn class_name(kind: &Type) -> String {
    match kind {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The types of a function's parameters but `self`.
fn typed(signature: &Signature) -> impl Iterator<Item = &Type> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(&*parameter.ty),
        FnArg::Receiver(_) => None,
    })
}

fn js_name(signature: &Signature, attributes: &[Attribute]) -> String {
    let name = Arguments::of(attributes).and_then(|arguments| arguments.text("js_name"));
    name.unwrap_or_else(|| signature.ident.to_string())
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

#[cfg(test)]
mod tests;
