#!/usr/bin/env bash
# An object store gives back the bytes that a client put there. The AWS SDK for JavaScript sends a stream in chunks with a checksum
# behind the last one, which S3 takes apart. s3rver, a stand-in for S3 in tests, answers 200 and stores chunk lengths and checksum as
# part of the object. A buffer of the same bytes is stored as it is, because its checksum travels in a header.
#
# A backend that keeps photos of damage by their digest passes its tests with small buffers here. Once it streams a photo, the stored
# file is no JPEG any more and has another digest, although the put succeeded. Compare what comes back, or set
# `requestChecksumCalculation: "WHEN_REQUIRED"` for such a store.
#
# Seen with s3rver 3.7.1 and @aws-sdk/client-s3 3.1175.0 on Node 20.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund s3rver@3.7.1 @aws-sdk/client-s3@3.1175.0 >/dev/null

cat > look.mjs <<'SCRIPT'
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";

const server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory: "objects", configureBuckets: [{ name: "photos" }] });
const { port } = await server.run();
const connection = {
  endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true, region: "us-east-1",
  credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
};
const photo = Buffer.from("a photo");
const look = async (name, body, options = {}) => {
  const client = new S3Client({ ...connection, ...options });
  const put = await client.send(new PutObjectCommand({ Bucket: "photos", Key: "photo.jpg", Body: body, ContentLength: photo.length }));
  const got = await client.send(new GetObjectCommand({ Bucket: "photos", Key: "photo.jpg" }));
  console.log(`${name}: ${put.$metadata.httpStatusCode} ${JSON.stringify(await got.Body.transformToString())}`);
};
await look("buffer", photo);
await look("stream", Readable.from([photo]));
await look("stream, checksum when required", Readable.from([photo]), { requestChecksumCalculation: "WHEN_REQUIRED" });
process.exit(0);
SCRIPT
timeout 60 node --no-warnings look.mjs | tee seen
diff seen - <<'EXPECTED'
buffer: 200 "a photo"
stream: 200 "7\r\na photo\r\n0\r\nx-amz-checksum-crc32:ZZTuHA==\r\n\r\n"
stream, checksum when required: 200 "a photo"
EXPECTED
