use super::plan::calls_by_place;
use super::*;
use wasm_encoder::{
    ConstExpr, ElementSection, Function, MemorySection, MemoryType, RefType, TableSection, TableType, ValType,
};
use wasmparser::Payload;

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
    let pair = ModulePair::new(first("table"), second, None).unwrap();
    assert_eq!(pair.names_imported_by_second().unwrap(), ["memory", "table", "function_0"]);
    assert!(ModuleMap::of(pair.first()).unwrap().exports.contains_key("function_0"));
    let renamed = ["function_0", "memory", "table"].map(|name| (name.to_owned(), name[..1].to_owned()));
    let second = pair.second(&renamed.into()).unwrap();
    let map = ModuleMap::of(&second).unwrap();
    let imports: Vec<_> = map.imports.iter().map(|import| (import.module, import.name)).collect();
    assert_eq!(imports, [("a", "m"), ("a", "t"), ("a", "f")]);
    assert_eq!(calls_by_place(&map).unwrap().into_keys().collect::<Vec<_>>(), [5]);
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
    let error = ModulePair::new(first("elsewhere"), second, None).err().unwrap();
    assert_eq!(error.to_string(), "The first module does not offer table");
}

/// A module with its relocations, which say that the address of its function `addressed` is taken, and the names of its functions.
fn linked(names: &[&str], addressed: u32) -> Vec<u8> {
    let mut module = Module::new();
    let mut symbols = wasm_encoder::SymbolTable::new();
    for (function, name) in (0..).zip(names) {
        symbols.function(0, function, Some(name));
    }
    module.section(wasm_encoder::LinkingSection::new().symbol_table(&symbols));
    // Of the section with the number 3, one entry: the address (1) that stands at 0 is that of this symbol.
    let relocations = [3, 1, 1, 0, addressed as u8];
    module.section(&wasm_encoder::CustomSection { name: "reloc.CODE".into(), data: relocations[..].into() });
    module.section(&named(names, 0));
    module.finish()
}

/// The names of functions, of which the first has the number `from`.
fn named(names: &[&str], from: u32) -> wasm_encoder::NameSection {
    let (mut section, mut functions) = (wasm_encoder::NameSection::new(), wasm_encoder::NameMap::new());
    (from..).zip(names).for_each(|(function, name)| functions.append(function, name));
    section.functions(&functions);
    section
}

/// A first module that imports two functions from the glue and has one around each, at places 1 and 2 of its table. It calls the second
/// import itself.
fn bound() -> Vec<u8> {
    let (mut module, mut types) = (Module::new(), TypeSection::new());
    types.ty().function([], [ValType::I32]);
    let mut imports = ImportSection::new();
    for name in ["__wbg_only_report", "__wbg_both"] {
        imports.import("./widget_bg.js", name, EntityType::Function(0));
    }
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for import in [0, 1, 1] {
        functions.function(0);
        let mut function = Function::new([]);
        function.instruction(&Instruction::Call(import)).instruction(&Instruction::End);
        code.function(&function);
    }
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("table", ExportKind::Table, 0);
    exports.export("mount", ExportKind::Func, 4);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions(vec![2, 3].into()));
    module.section(&types).section(&imports).section(&functions);
    module.section(TableSection::new().table(TABLE)).section(MemorySection::new().memory(MEMORY));
    module.section(&exports).section(&elements).section(&code).section(&named(&["x local_shim", "y local_shim"], 2));
    module.finish()
}

#[test]
fn what_only_the_second_module_calls_moves_there_with_its_import_unless_its_address_is_taken() {
    let pair_with = |addressed| {
        let before = LinkedModules { linked: linked(&["x", "y"], addressed), main: bound() };
        let second = module(&[&call(1), &call(2)], |_| {});
        ModulePair::new(bound(), second, Some((&before, "wasm.mount(wasm.memory)"))).unwrap()
    };
    let seen = |pair: &ModulePair| {
        let second = pair.second(&BTreeMap::new()).unwrap();
        let map = ModuleMap::of(&second).unwrap();
        let imports = map.imports[2..].iter().map(|import| format!("{}.{}", import.module, import.name));
        let called = (2..5).map(|function| map.calls(function).unwrap().into_iter().collect::<Vec<_>>());
        (imports.collect::<Vec<_>>(), called.collect::<Vec<_>>(), ModuleMap::of(pair.first()).unwrap().table)
    };
    // Behind the two imports are the second module's own functions, and then the one that has moved.
    let pair = pair_with(1);
    assert_eq!(pair.glue_imported_by_second(), [("__wbg_only_report".to_owned(), "a".to_owned())]);
    let imports = ["a.function_3", "b.a"].map(str::to_owned).to_vec();
    assert_eq!(seen(&pair), (imports, vec![vec![4], vec![0], vec![1]], [(1, 3), (2, 3)].into()));
    // The first module needs the other import itself.
    let pair = pair_with(0);
    assert!(pair.glue_imported_by_second().is_empty());
    let imports = ["a.function_2", "a.function_1"].map(str::to_owned).to_vec();
    assert_eq!(seen(&pair), (imports, vec![vec![0], vec![4], vec![1]], [(1, 2), (2, 2)].into()));
}
