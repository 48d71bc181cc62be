#!/usr/bin/env bash
# A bar code that a library draws should be one that readers can read. The PNG that bwip-js draws by default has black bars on a
# background that is transparent and black: where a reader drops the alpha channel, bars and spaces are alike. It has no quiet zone
# either, which Code 128 demands. So none of zxing-wasm, zbar-wasm and quagga2 finds a code. With one of the two mended some do,
# and not the same ones: only with both do all three.
#
# A test that draws return labels and reads them back finds nothing, or passes with one reader and fails with the next, and black
# bars vanish on a page in dark colours. Set `backgroundcolor`, and `paddingwidth` to at least ten modules.
#
# Seen with bwip-js 4.11.4, zxing-wasm 3.1.6, @undecaf/zbar-wasm 0.11.0 and @ericblade/quagga2 1.12.1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund bwip-js@4.11.4 zxing-wasm@3.1.6 @undecaf/zbar-wasm@0.11.0 @ericblade/quagga2@1.12.1 pngjs@7.0.0 >/dev/null

cat > look.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { scanRGBABuffer } from "@undecaf/zbar-wasm";
import bwipjs from "bwip-js";
import { PNG } from "pngjs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const require = createRequire(import.meta.url);
const Quagga = require("@ericblade/quagga2").default;
prepareZXingModule({ overrides: { wasmBinary: readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm")).buffer } });

const number = "JVGL0612345678900094";
const byQuagga = async (picture) => {
  const config = { numOfWorkers: 0, inputStream: { size: 0 }, locate: false, decoder: { readers: ["code_128_reader"] } };
  const found = await Quagga.decodeSingle({ ...config, src: `data:image/png;base64,${picture.toString("base64")}` });
  return found?.codeResult?.code;
};
const byZbar = async (picture) => {
  const { data, width, height } = PNG.sync.read(picture);
  const [found] = await scanRGBABuffer(new Uint8Array(data).buffer, width, height);
  return found?.decode();
};
const byZxing = async (picture) => (await readBarcodes(new Uint8Array(picture)))[0]?.text;

const white = { backgroundcolor: "FFFFFF" };
for (const [name, options] of [
  ["by default", {}], ["with quiet zone", { paddingwidth: 12 }], ["white", white], ["white with quiet zone", { ...white, paddingwidth: 12 }],
]) {
  const picture = await bwipjs.toBuffer({ bcid: "code128", text: number, scale: 2, height: 12, ...options });
  const readers = { zxing: byZxing, zbar: byZbar, quagga2: byQuagga };
  const successful = [];
  for (const [reader, read] of Object.entries(readers)) if ((await read(picture)) === number) successful.push(reader);
  console.log(`${name}: read by ${successful.join(", ") || "none"}`);
}
process.exit(0);
SCRIPT
timeout 60 node look.mjs | tee seen
diff seen - <<'EXPECTED'
by default: read by none
with quiet zone: read by quagga2
white: read by zxing, zbar
white with quiet zone: read by zxing, zbar, quagga2
EXPECTED
