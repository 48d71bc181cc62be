// As in browsers that lock themselves down.
delete window.WebAssembly;
