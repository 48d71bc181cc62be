/** The encryption of drafts, under keys that never leave the browser. */

/** @typedef {{ iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Sealed */

export const makeKey = () => crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

/**
 * @param {CryptoKey} key
 * @param {BufferSource} bytes
 * @returns {Promise<Sealed>}
 */
export const seal = async (key, bytes) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  // An ArrayBuffer: WebKit may refuse to store Blobs.
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
};

/**
 * @param {CryptoKey} key
 * @param {Sealed} row
 */
export const unseal = async (key, { iv, sealed }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);

/**
 * SHA-256, in hex.
 *
 * @param {Blob} blob
 */
export const sha256 = async (blob) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
