#!/usr/bin/env bash
# A colour profile that is made by a program and encoded twice should be the same bytes twice: files that carry it are named by their
# digest, or compared with those of yesterday. moxcms writes the moment of the encoding into the header, regardless of the
# date in the profile, so that every second makes another file.
#
# The corpus of made pictures (`crates/photo-corpus`) sets those bytes to zero after encoding.
#
# Seen with moxcms 0.8.1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'MANIFEST'
[package]
name = "profile"
version = "0.1.0"
edition = "2024"

[dependencies]
moxcms = "=0.8.1"
MANIFEST
cat > src/main.rs <<'SOURCE'
use moxcms::ColorProfile;

fn main() {
    let profile = ColorProfile::new_display_p3();
    let first = profile.encode().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = profile.encode().unwrap();
    let differing: Vec<usize> = (0..first.len()).filter(|&at| first[at] != second[at]).collect();
    // ICC.1, 7.2.8: the date and time at which the profile was created stands in bytes 24 to 35 of the header.
    let all_in_the_date = !differing.is_empty() && differing.iter().all(|at| (24..36).contains(at));
    println!("same length: {}, differs in its date alone: {all_in_the_date}", first.len() == second.len());
}
SOURCE
cargo run --quiet | tee seen
diff seen - <<'EXPECTED'
same length: true, differs in its date alone: true
EXPECTED
