// As in browsers that lock themselves down.
Reflect.deleteProperty(window, "WebAssembly");
