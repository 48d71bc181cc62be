/** What TypeScript's own description of browsers lacks, and what the build puts in. */

// Put in by `xtask/npm/pack.mjs`.
declare const WIDGET_INTEGRITY: string;
declare const FOR_BUNDLERS: boolean;
/** For each language of `locales/` the address of the words on the first page, and the words on the button. */
declare const LANGUAGES: Record<string, [address: URL, opening: string]>;
/** For each language the address of its other words. Only for bundlers. */
declare const REPORT_WORDS: Record<string, URL>;
declare const OPENING_STYLE: string;
declare const PAPER_STYLE: string;
declare const REPORT_STYLE: string;
declare const WASM_DIGEST: string;
declare const REPORT_DIGEST: string;
declare const WORKER_INTEGRITY: string;
declare const HOST_PAGE_INTEGRITY: string;
declare const READER_INTEGRITY: string;

/** The glue that wasm-bindgen makes of `src/element.rs`. */
declare module "glue" {
  /** The imports of the first module. */
  export function getImports(): WebAssembly.Imports;
  /** Starts the first module. Gives what it exports. */
  export function begin(instance: WebAssembly.Instance): WebAssembly.Exports;
  export function mount(
    container: HTMLElement,
    config: import("./types.d.ts").HostConfig,
  ): import("./types.d.ts").MountedWidget;
  /** What `reportImports` takes. */
  export function shared(): unknown[];
}

/** The part of it that only the second module uses, cut out by `xtask/src/report_glue.rs`. */
declare module "report-glue" {
  export function reportImports(...shared: unknown[]): WebAssembly.ModuleImports;
}

// Chromium alone has these, and TypeScript describes what two engines have.
interface Navigator {
  readonly deviceMemory?: number;
  readonly connection?: { readonly saveData?: boolean };
}

declare class BarcodeDetector {
  static getSupportedFormats(): Promise<string[]>;
  constructor(options: { formats: string[] });
  detect(picture: ImageBitmapSource): Promise<Array<{ rawValue: string; format: string }>>;
}

declare var trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: { createScriptURL(address: string): string },
      ): { createScriptURL(address: string): object };
    }
  | undefined;

/** The global object of a worker, which the types of pages leave out. */
declare const WorkerGlobalScope: { new (): EventTarget };
