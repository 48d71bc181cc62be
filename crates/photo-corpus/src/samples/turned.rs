//! Rotated and mirrored pictures with an EXIF orientation: every value, in every container, at every place where it may be.

use image::{DynamicImage, RgbaImage, metadata::Orientation};

use crate::{
    exif::{ByteOrder, exif_tiff},
    jpeg::{self, BASELINE, PROGRESSIVE},
    png::{self, ExtraChunks, PixelFormat},
    sample::Sample,
    scene::{Scene, without_alpha},
    webp::{self, SurroundingChunks},
};

/// Every valid value, and some invalid ones.
const VALUES: [u16; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 99, 262];

/// `picture` as a file with this orientation stores it.
pub(super) fn stored_with_orientation(picture: &RgbaImage, value: u16) -> RgbaImage {
    let back = match value {
        6 => 8,
        8 => 6,
        other => other.min(255) as u8,
    };
    let mut picture = DynamicImage::from(picture.clone());
    picture.apply_orientation(Orientation::from_exif(back).unwrap_or(Orientation::NoTransforms));
    picture.into_rgba8()
}

pub(super) fn all() -> Vec<Sample> {
    let scene = Scene::USUAL;
    let mut samples = vec![];
    for value in VALUES {
        let picture = stored_with_orientation(&scene.draw(), value);
        let (jpeg, progressive) =
            (BASELINE.encode(&without_alpha(&picture)), PROGRESSIVE.encode(&without_alpha(&picture)));
        let exif = |order| jpeg::exif_segment(&exif_tiff(order, value));
        let other = jpeg::exif_segment(&exif_tiff(ByteOrder::Big, if value == 3 { 1 } else { 3 }));
        let after_header = {
            let at = 4 + usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
            [&jpeg[..at], &exif(ByteOrder::Big), &jpeg[at..]].concat()
        };
        let last = {
            let at = before_scan(&jpeg);
            [&jpeg[..at], &exif(ByteOrder::Little), &jpeg[at..]].concat()
        };
        let prefixed = |order| [b"Exif\0\0", &exif_tiff(order, value)[..]].concat();
        let png = |extras| png::encode(&picture, PixelFormat::Rgb(8), false, &extras);
        let chunk = |order| vec![png::chunk(b"eXIf", &exif_tiff(order, value))];
        let webp = |exif| {
            let around = SurroundingChunks { exif: Some(exif), ..SurroundingChunks::default() };
            webp::with_surrounding_chunks(&webp::encode_lossless(&picture), picture.dimensions(), &around)
        };
        let files = [
            ("jpeg, little end first", jpeg::with_segments(&jpeg, &[exif(ByteOrder::Little)])),
            ("jpeg, big end first", jpeg::with_segments(&jpeg, &[exif(ByteOrder::Big)])),
            ("jpeg, progressive", jpeg::with_segments(&progressive, &[exif(ByteOrder::Big)])),
            ("jpeg, after XMP", jpeg::with_segments(&jpeg, &[jpeg::xmp_segment(), exif(ByteOrder::Big)])),
            ("jpeg, before another EXIF", jpeg::with_segments(&jpeg, &[exif(ByteOrder::Little), other])),
            ("jpeg, after JFIF", after_header),
            ("jpeg, right before the scan", last),
            ("png, before the pixels", png(ExtraChunks { before: chunk(ByteOrder::Big), ..ExtraChunks::default() })),
            ("png, after the pixels", png(ExtraChunks { after: chunk(ByteOrder::Little), ..ExtraChunks::default() })),
            ("webp, lossless, little end first", webp(exif_tiff(ByteOrder::Little, value))),
            ("webp, lossless, big end first", webp(exif_tiff(ByteOrder::Big, value))),
            ("webp, lossless, with a prefix", webp(prefixed(ByteOrder::Little))),
        ];
        samples.extend(
            files.map(|(name, file)| Sample::must_be_shown(format!("orientation {value}: {name}"), file, scene)),
        );
    }
    let size = (scene.height, scene.width);
    for (name, exif) in [
        ("", exif_tiff(ByteOrder::Big, 6)),
        (", with a prefix", [b"Exif\0\0", &exif_tiff(ByteOrder::Big, 6)[..]].concat()),
    ] {
        let around = SurroundingChunks { exif: Some(exif), ..SurroundingChunks::default() };
        let file = webp::with_surrounding_chunks(webp::LOSSY_LYING, size, &around);
        samples.push(Sample::must_be_shown(
            format!("orientation 6: webp, lossy{name}"),
            file,
            scene.with_tolerance(14),
        ));
    }
    // An EXIF without a readable value: cut in its header or its first entry, or with an offset past its end.
    let upright = BASELINE.encode(&scene.draw_on_white());
    let whole = exif_tiff(ByteOrder::Big, 6);
    let astray = [&whole[..4], &[0x7f, 0xff, 0xff, 0xff], &whole[8..]].concat();
    for (name, tiff) in [("in its header", &whole[..6]), ("in its first entry", &whole[..14]), ("astray", &astray)] {
        let file = jpeg::with_segments(&upright, &[jpeg::exif_segment(tiff)]);
        samples.push(Sample::must_be_shown(format!("an EXIF that ends {name}"), file, scene));
    }
    samples
}

/// The position of the start of the scan.
fn before_scan(jpeg: &[u8]) -> usize {
    let mut at = 2;
    while jpeg[at + 1] != 0xda {
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    at
}
