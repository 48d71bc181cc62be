/**
 * The values that JavaScript and Rust hand each other. `cargo xtask test javascript` holds Rust's side (`#[wasm_bindgen] extern "C"`, and
 * what `src/element.rs` exports) against these types, and TypeScript the scripts.
 */

/** What `Report` gives the widget when it mounts it. */
export interface HostConfig {
  /** The origin and path of the backend, as the page wrote it. */
  endpoint: string;
  /** The address of the order line at the backend. */
  address: string;
  /** The order line as it was asked for ahead. Rejects where that failed. */
  ahead: Promise<AskedAhead>;
  /** The order line as the page has it, which nobody has checked. Only once the code of the report is there. */
  given?: GivenOrderLine;
  /** A BCP 47 tag. */
  lang: string;
  messages: Messages;
  draftStore: DraftStore;
  /** Whether the page wants no draft kept. */
  isDraftOff: boolean;
  /** Rejects while the code of the report cannot be fetched. */
  getPhotoProcessor(): Promise<PhotoProcessor>;
  /** Rejects with what the page's own `getToken` throws; gives nothing where that gives no token. */
  getToken(): Promise<string | undefined>;
  /**
   * Dispatches an event on the element. Returns whether the page allows its default action.
   *
   * @param event Its name, and the names of its fields.
   * @param values The value of each field.
   */
  announce(event: string, ...values: string[]): boolean;
}

/** The answer to a request for the order line, and the token that it was sent with. */
export interface AskedAhead {
  token: string;
  answer: Response;
}

/** A token and an order line that are there before the button is pressed. */
export interface PageData {
  token?: string;
  given: GivenOrderLine;
}

/** An order line that was there before the button was pressed. */
export interface GivenOrderLine {
  /** As the backend gives it to a seller's key or to the page. */
  orderLine: object;
  /** Tells the page's developer that `orderLine` is none. */
  refuse(): void;
}

/** Texts by their keys. A text with plural forms is an object of them. */
export type Messages = Record<string, string | Record<string, string>>;

/** A mounted widget: a class of Rust. */
export interface MountedWidget {
  /** Changes the language. */
  speak(lang: string, messages: Messages): void;
  /** Throws away what was filled in. */
  discardDraft(): void;
  /** Takes the widget down. */
  unmount(): void;
}

/**
 * The saved draft of one order line. Every promise rejects where the browser has no storage, and with a `TimeoutError` where
 * that does not answer. Times are in milliseconds since 1970.
 */
export interface DraftStore {
  /** Begins to open the store, so that `open` waits for less. */
  warm(): void;
  /** Opens the store, deletes every draft older than `since`, and gives the answers that were saved last, if any. */
  open(since: number): Promise<string | undefined>;
  /** Saves the answers, at the time `at`. */
  save(answers: string, at: number): Promise<void>;
  /**
   * Replaces the photo that was saved under `id`, in one transaction.
   *
   * @param isPicked The file is still to be processed: write it only if that takes long, or if there may be no later.
   */
  savePhoto(id: number, file: Blob, at: number, isPicked?: boolean): Promise<void>;
  /** The photo saved under `id`, if there is one, and if it has this SHA-256 (in hex) where one is given. */
  photo(id: number, digest?: string): Promise<Blob | undefined>;
  /** Gives up every save of this photo that has not begun. */
  skipPhoto(id: number): void;
  removePhoto(id: number): Promise<unknown>;
  /** Deletes the draft and its key. */
  discard(): Promise<unknown>;
  /**
   * Locks the draft for this tab, if no other tab has the lock or `takeOver` says to take it. Gives whether it is locked.
   *
   * @param onWanted Called when another tab takes the draft over: save what is left, then call `unlock`.
   */
  lock(takeOver: boolean, onWanted: () => void): Promise<boolean>;
  unlock(): void;
  /** Whether the browser asks before the page is left. */
  guard(isUnsaved: boolean): void;
  close(): void;
}

/** Processes photos, in workers where the page allows them. */
export interface PhotoProcessor {
  /** Starts the workers while there is a connection to fetch their code over. */
  warm(): void;
  /**
   * Gives a preview of `file`. Rejects where the browser cannot read it.
   *
   * @param wantsCodes Whether to read barcodes, where the browser can.
   * @param wantsProcessed Whether the photo is to be sent: the preview then has a `processed`.
   * @param shorterSide In pixels: what the backend wants of the shorter side at least.
   */
  prepare(
    file: Blob,
    wantsCodes: boolean,
    wantsProcessed: boolean,
    shorterSide?: number,
  ): Promise<Preview | PendingPhoto>;
  /** Ends the workers. Their open requests are never answered. */
  close(): void;
}

/** The parts of a photo that the page shows. */
export interface Preview {
  /** In pixels, of the upright photo. */
  width: number;
  height: number;
  thumbnail: ImageBitmap;
  /** The thumbnail in grey, a byte a pixel. Empty where the browser gives back no pixels. */
  luma: Uint8Array;
  lumaWidth: number;
  lumaHeight: number;
}

/** A preview of a photo that is being processed for sending. */
export interface PendingPhoto extends Preview {
  /** Rejects where the browser cannot make it. */
  processed: Promise<ProcessedPhoto>;
}

/** A photo as it is sent. */
export interface ProcessedPhoto {
  /** A JPEG without metadata; where no canvas works, the picked file without its metadata. */
  jpeg: Blob;
  /** SHA-256 of `jpeg`. */
  digest: Uint8Array;
  /** The barcodes on it, as text. */
  codes: string[];
}

/** The element, as far as the report needs it. */
export interface DamageReportElement extends HTMLElement {
  getToken?: () => string | Promise<string>;
  messages?: Messages;
  state: ReportState;
  get open(): () => void;
  set open(isOpen: boolean);
}

export type ReportState = "closed" | "loading" | "open" | "sent" | "failed";

/** The element, and what only its class can do and knows. */
export type ElementHost = [
  element: DamageReportElement,
  setState: (state: ReportState) => void,
  /** The nearest language that the widget has, with its script and region: the parts of a tag, in lower case. */
  languageOf: () => string[],
  /** The messages of the first page in a language. Rejects while they cannot be fetched. */
  messagesOf: (language: string) => Promise<Messages>,
  /** What `open` was last set to by a script or the button; undefined while it is only an attribute of the page's HTML. */
  wasSetOpen: () => boolean | undefined,
];
