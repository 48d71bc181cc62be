#!/usr/bin/env bash
# A baseline JPEG may have a scan of its own for each colour, as jpeg-encoder writes with optimised Huffman tables. Where the
# colours are sampled at half the size besides, zune-jpeg, the decoder behind the crate image, gives a picture in wrong
# colours and reports no error: red comes out green. libjpeg-turbo shows the same file as it was made.
#
# The backend decodes such files with another decoder (`crates/backend/src/photo`), and its corpus holds one of each.
#
# Seen with image 0.25.10, zune-jpeg 0.5.15 and jpeg-encoder 0.7.1; Pillow 12.0.0 with libjpeg-turbo 3.1.2.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'MANIFEST'
[package]
name = "look"
version = "0.1.0"
edition = "2024"

[dependencies]
image = { version = "=0.25.10", default-features = false, features = ["jpeg"] }
jpeg-encoder = "=0.7.1"
zune-jpeg = "=0.5.15"
MANIFEST
cat > src/main.rs <<'SOURCE'
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

fn main() {
    let side = 64_u16;
    let red: Vec<u8> = [200, 20, 20].repeat(usize::from(side) * usize::from(side));
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&red, side, side, ColorType::Rgb).unwrap();
    std::fs::write("red.jpg", &jpeg).unwrap();
    println!("image: {:?}", image::load_from_memory(&jpeg).unwrap().to_rgb8().get_pixel(32, 32).0);
}
SOURCE
cargo run --quiet | tee seen
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==12.0.0
venv/bin/python -c 'from PIL import Image; print("libjpeg-turbo:", list(Image.open("red.jpg").getpixel((32, 32))))' | tee -a seen
diff seen - <<'EXPECTED'
image: [0, 209, 0]
libjpeg-turbo: [200, 20, 21]
EXPECTED
