//! wasm-split and wasm-bindgen as one program for the build of the widget: they share most of their dependencies,
//! and their command lines take longer to compile than to use.
//!
//! `xtask/src/wasm_tools.rs` builds it and says what it is called with.

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match arguments.as_slice() {
        #[cfg(feature = "split")]
        [command, module, out] if command == "split" => split(module.as_ref(), out.as_ref()),
        #[cfg(feature = "bind")]
        [command, module, out, name] if command == "bind" => {
            bind(module.as_ref(), out.as_ref(), &name.to_string_lossy())
        }
        _ => bail!("This program is for xtask, and was built without the feature that xtask asks for."),
    }
}

/// Splits the module in two: `main.wasm` and a module for each place that is marked as split.
#[cfg(feature = "split")]
fn split(module: &std::path::Path, out: &std::path::Path) -> Result<()> {
    let (linked, main) = (std::fs::read(module)?, out.join("main.wasm"));
    let mut options = wasm_split_cli_support::Options::new(&linked);
    options.output_dir = out;
    options.main_out_path = &main;
    options.target.web();
    wasm_split_cli_support::transform(options).map(drop).map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// Writes the glue `NAME.js` and the module that it loads.
#[cfg(feature = "bind")]
fn bind(module: &std::path::Path, out: &std::path::Path, name: &str) -> Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(module).out_name(name).web(true)?.typescript(false).omit_default_module_path(false);
    // The table is for the second module.
    bindgen.keep_lld_exports(true).generate(out)
}
