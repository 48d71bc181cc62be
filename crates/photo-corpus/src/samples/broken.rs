//! Incomplete files: cut by a broken connection, filled by a memory card, ended by a repair tool; and files that lack only their end
//! marker.

use jpeg_encoder::SamplingFactor;

use crate::{
    jpeg::{self, BASELINE, JpegCoding, PROGRESSIVE},
    png::{self, ExtraChunks, PixelFormat},
    sample::{ExpectedOutcome, Sample},
    scene::{Paint, Scene},
    webp,
};

/// The part of the pixels that is left, in thousandths.
const LEFT: [usize; 5] = [20, 350, 600, 850, 980];
const END_OF_JPEG: [u8; 2] = [0xff, 0xd9];

pub(super) fn all() -> Vec<Sample> {
    [jpegs(), pngs(), webps()].concat()
}

fn jpegs() -> Vec<Sample> {
    let picture = Scene::USUAL.draw_on_white();
    let codings = [
        ("jpeg", BASELINE.encode(&picture)),
        ("jpeg, own codes", JpegCoding { is_optimised: true, ..BASELINE }.encode(&picture)),
        ("jpeg, 4:4:4", JpegCoding { sampling: SamplingFactor::R_4_4_4, ..BASELINE }.encode(&picture)),
        ("jpeg, restarts", JpegCoding { restarts: 13, ..BASELINE }.encode(&picture)),
        ("jpeg, progressive", PROGRESSIVE.encode(&picture)),
        ("jpeg, progressive, restarts", JpegCoding { restarts: 13, ..PROGRESSIVE }.encode(&picture)),
        ("jpeg, each colour apart", jpeg::encode_mosaic(&picture, [(2, 2), (1, 1), (1, 1)], false, 0)),
    ];
    let mut samples = vec![];
    for (name, file) in codings {
        let scene = if name.ends_with("apart") { Scene::USUAL.with_tolerance(16) } else { Scene::USUAL };
        let scan = jpeg::first_scan_offset(&file);
        let end = file.len() - END_OF_JPEG.len();
        for left in LEFT {
            // No cut ends in half a marker.
            let mut at = scan + (end - scan) * left / 1000;
            while file[at - 1] == 0xff {
                at -= 1;
            }
            let (cut, zeros) = (&file[..at], vec![0; end - at]);
            samples.push(Sample::must_be_refused(format!("{name}, cut at {left}"), cut.to_vec()));
            samples
                .push(Sample::must_be_refused(format!("{name}, cut at {left}, ended"), [cut, &END_OF_JPEG].concat()));
            samples
                .push(Sample::must_be_refused(format!("{name}, zeros from {left}"), [cut, &zeros, &[0, 0]].concat()));
            samples.push(Sample::must_be_refused(
                format!("{name}, zeros from {left}, ended"),
                [cut, &zeros, &END_OF_JPEG].concat(),
            ));
        }
        samples.push(Sample::must_be_shown(format!("{name}, without its end"), file[..end].to_vec(), scene));
        samples.push(Sample::must_be_shown(format!("{name}, with half of its end"), file[..=end].to_vec(), scene));
    }
    let file = BASELINE.encode(&picture);
    samples
        .push(Sample::must_be_refused("jpeg, cut before its pixels", file[..jpeg::first_scan_offset(&file)].to_vec()));
    samples.push(Sample::must_be_refused(
        "jpeg, ended before its pixels",
        [&file[..jpeg::first_scan_offset(&file)], &END_OF_JPEG].concat(),
    ));
    samples
}

fn pngs() -> Vec<Sample> {
    let mut samples = vec![];
    for (name, pixels, paint, is_interlaced, parts) in [
        ("png", PixelFormat::Rgb(8), Paint::Colours, false, 1),
        ("png, interlaced", PixelFormat::Rgb(8), Paint::Colours, true, 1),
        ("png, alpha", PixelFormat::Rgba(8), Paint::Hole, false, 1),
        ("png, ten parts", PixelFormat::Rgb(8), Paint::Colours, false, 10),
        ("png, interlaced, ten parts", PixelFormat::Rgba(8), Paint::Hole, true, 10),
    ] {
        let scene = Scene::with_paint(paint);
        let file = png::encode(&scene.draw(), pixels, is_interlaced, &ExtraChunks { parts, ..ExtraChunks::default() });
        let end = file.len() - 12;
        for left in LEFT {
            let cut = &file[..33 + (end - 33) * left / 1000];
            let zeros = vec![0; file.len() - cut.len()];
            samples.push(Sample::must_be_refused(format!("{name}, cut at {left}"), cut.to_vec()));
            samples.push(Sample::must_be_refused(format!("{name}, zeros from {left}"), [cut, &zeros].concat()));
        }
        if parts > 1 {
            let cut = before_part(&file, parts / 2);
            samples.push(Sample::must_be_refused(format!("{name}, cut between them"), file[..cut].to_vec()));
            let ended = [&file[..cut], &png::chunk(b"IEND", b"")].concat();
            samples.push(Sample::must_be_refused(format!("{name}, cut between them, ended"), ended));
        }
        let right = ExpectedOutcome::Either(scene);
        samples.push(Sample { name: format!("{name}, without its end"), bytes: file[..end].to_vec(), right });
        let mut flipped = file.clone();
        flipped[33 + (end - 33) / 2] ^= 0x10;
        samples.push(Sample::must_be_refused(format!("{name}, a bit flipped"), flipped));
    }
    samples
}

fn webps() -> Vec<Sample> {
    let hole = Scene::with_paint(Paint::Hole);
    let mut samples = vec![];
    for (name, file) in [
        ("webp, lossless", webp::encode_lossless(&Scene::USUAL.draw())),
        ("webp, lossless, alpha", webp::encode_lossless(&hole.draw())),
        ("webp, lossy", webp::LOSSY.to_vec()),
        ("webp, lossy, alpha", webp::LOSSY_HOLE.to_vec()),
    ] {
        for left in LEFT {
            let cut = &file[..30 + (file.len() - 30) * left / 1000];
            samples.push(Sample::must_be_refused(format!("{name}, cut at {left}"), cut.to_vec()));
            samples.push(Sample::must_be_refused(
                format!("{name}, zeros from {left}"),
                [cut, &vec![0; file.len() - cut.len()]].concat(),
            ));
        }
    }
    samples
}

/// The position of the pixel chunk of this number in a PNG.
fn before_part(file: &[u8], number: usize) -> usize {
    let (mut at, mut seen) = (8, 0);
    loop {
        let length = u32::from_be_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]) as usize;
        if &file[at + 4..at + 8] == b"IDAT" {
            if seen == number {
                return at;
            }
            seen += 1;
        }
        at += 12 + length;
    }
}
