//! All samples, with the right outcome for each. Incomplete files are in `broken`, rotated pictures in `turned`.

mod broken;
mod turned;

use jpeg_encoder::{ColorType, SamplingFactor};

use crate::{
    exif, icc,
    jpeg::{self, BASELINE, JpegCoding, PROGRESSIVE},
    png::{self, ExtraChunks, PixelFormat},
    sample::Sample,
    scene::{Paint, Scene, without_alpha},
    webp::{self, SurroundingChunks},
};

/// All samples, always the same and in the same order.
#[must_use]
pub fn all() -> Vec<Sample> {
    [
        jpegs(),
        mosaics(),
        sizes(),
        pngs(),
        webps(),
        profiles(),
        with_other_data(),
        other_types(),
        turned::all(),
        broken::all(),
    ]
    .concat()
}

/// The codings that an encoder offers.
fn jpegs() -> Vec<Sample> {
    let picture = Scene::USUAL.draw_on_white();
    let sampled = [
        ("4:2:0", SamplingFactor::R_4_2_0),
        ("4:4:4", SamplingFactor::R_4_4_4),
        ("4:2:2", SamplingFactor::R_4_2_2),
        ("4:4:0", SamplingFactor::R_4_4_0),
        ("4:1:1", SamplingFactor::R_4_1_1),
        ("4:1:0", SamplingFactor::R_4_1_0),
        ("4:4:1", SamplingFactor::R_4_4_1),
        ("4:2:1", SamplingFactor::R_4_2_1),
    ];
    let mut samples = vec![];
    for (name, sampling) in sampled {
        let coding = JpegCoding { sampling, ..BASELINE };
        samples.push(Sample::must_be_shown(format!("jpeg, {name}"), coding.encode(&picture), Scene::USUAL));
        let optimised = JpegCoding { is_optimised: true, ..coding };
        samples.push(Sample::must_be_shown(
            format!("jpeg, {name}, own codes"),
            optimised.encode(&picture),
            Scene::USUAL,
        ));
        let progressive = JpegCoding { is_progressive: true, ..coding };
        samples.push(Sample::must_be_shown(
            format!("jpeg, {name}, progressive"),
            progressive.encode(&picture),
            Scene::USUAL,
        ));
    }
    for restarts in [1, 7, 26] {
        for coding in [JpegCoding { restarts, ..BASELINE }, JpegCoding { restarts, ..PROGRESSIVE }] {
            let name = format!("jpeg, a restart every {restarts}, progressive: {}", coding.is_progressive);
            samples.push(Sample::must_be_shown(name, coding.encode(&picture), Scene::USUAL));
        }
    }
    let grey = Scene::with_paint(Paint::Greys);
    let luma: Vec<u8> = grey.draw_on_white().pixels().map(|pixel| pixel.0[0]).collect();
    // The brightest of the three needs no ink of its own: black takes its place, and the others are printed on that.
    let inks = |pixel: &image::Rgb<u8>| {
        let brightest = f32::from(pixel.0.into_iter().fold(1, u8::max));
        let [c, m, y] = pixel.0.map(|level| (255.0 * (1.0 - f32::from(level) / brightest)).round() as u8);
        [c, m, y, 255 - brightest as u8]
    };
    let cmyk: Vec<u8> = picture.pixels().flat_map(inks).collect();
    for coding in [BASELINE, PROGRESSIVE] {
        let name = |what: &str| format!("jpeg, {what}, progressive: {}", coding.is_progressive);
        let (fine, rough) =
            (JpegCoding { sampling: SamplingFactor::R_4_4_4, ..coding }, Scene::USUAL.with_tolerance(20));
        samples.push(Sample::must_be_shown(name("grey"), coding.encode_as(&picture, ColorType::Luma, &luma), grey));
        samples.push(Sample::must_be_shown(name("CMYK"), fine.encode_as(&picture, ColorType::Cmyk, &cmyk), rough));
        samples.push(Sample::must_be_shown(
            name("YCCK"),
            fine.encode_as(&picture, ColorType::CmykAsYcck, &cmyk),
            rough,
        ));
    }
    samples
}

/// Samplings that no encoder offers.
fn mosaics() -> Vec<Sample> {
    let picture = Scene::USUAL.draw_on_white();
    let chroma = |luma, chroma| [luma, chroma, chroma];
    let cases = [
        ("three to one across", chroma((3, 1), (1, 1))),
        ("three to one down", chroma((1, 3), (1, 1))),
        ("four to one across", chroma((4, 1), (1, 1))),
        ("four to one down", chroma((1, 4), (1, 1))),
        ("all alike and more than one", chroma((2, 1), (2, 1))),
        ("colours finer across", chroma((1, 1), (2, 1))),
        ("colours finer down", chroma((1, 1), (1, 2))),
        ("colours finer both ways", chroma((1, 1), (2, 2))),
        ("colours finer down, brightness across", chroma((2, 1), (1, 2))),
        ("halved across, by twos", chroma((2, 2), (1, 2))),
        ("halved down, by twos", chroma((2, 2), (2, 1))),
        ("one colour finer than the other", [(2, 2), (2, 1), (1, 1)]),
        ("4:2:0", chroma((2, 2), (1, 1))),
        ("4:4:4", chroma((1, 1), (1, 1))),
    ];
    let mut samples = vec![];
    // A colour sample for many pixels is smeared over more than its block.
    for (name, samplings) in cases {
        let scene = Scene::USUAL.with_tolerance(if name.starts_with("three") { 48 } else { 16 });
        samples.push(Sample::must_be_shown(
            format!("jpeg of blocks, {name}"),
            jpeg::encode_mosaic(&picture, samplings, true, 0),
            scene,
        ));
        samples.push(Sample::must_be_shown(
            format!("jpeg of blocks, {name}, each apart"),
            jpeg::encode_mosaic(&picture, samplings, false, 0),
            scene,
        ));
        samples.push(Sample::must_be_shown(
            format!("jpeg of blocks, {name}, with restarts"),
            jpeg::encode_mosaic(&picture, samplings, true, 5),
            scene,
        ));
    }
    samples
}

/// Sizes next to the multiples of 8 and 16.
fn sizes() -> Vec<Sample> {
    let mut samples = vec![];
    for (width, height) in
        [(415, 544), (417, 543), (416, 545), (423, 551), (424, 552), (425, 553), (431, 559), (401, 401)]
    {
        let scene = Scene::with_size(width, height).with_tolerance(12);
        let picture = scene.draw_on_white();
        for coding in [BASELINE, PROGRESSIVE, JpegCoding { sampling: SamplingFactor::R_4_2_2, restarts: 3, ..BASELINE }]
        {
            let name = format!("jpeg, {width} by {height}, {coding:?}");
            samples.push(Sample::must_be_shown(name, coding.encode(&picture), scene));
        }
    }
    samples
}

fn pngs() -> Vec<Sample> {
    let cases = [
        (PixelFormat::Rgb(8), Paint::Colours),
        (PixelFormat::Rgb(16), Paint::Colours),
        (PixelFormat::RgbKey, Paint::Hole),
        (PixelFormat::Rgba(8), Paint::Hole),
        (PixelFormat::Rgba(16), Paint::Hole),
        (PixelFormat::Grey(1), Paint::BlackAndWhite),
        (PixelFormat::Grey(2), Paint::BlackAndWhite),
        (PixelFormat::Grey(4), Paint::BlackAndWhite),
        (PixelFormat::Grey(8), Paint::Greys),
        (PixelFormat::Grey(16), Paint::Greys),
        (PixelFormat::GreyAlpha(8), Paint::GreyHole),
        (PixelFormat::GreyAlpha(16), Paint::GreyHole),
        (PixelFormat::Palette(1, false), Paint::BlackAndWhite),
        (PixelFormat::Palette(2, false), Paint::BlackAndWhite),
        (PixelFormat::Palette(4, false), Paint::Flat),
        (PixelFormat::Palette(8, false), Paint::Flat),
        (PixelFormat::Palette(4, true), Paint::Flat),
        (PixelFormat::Palette(8, true), Paint::Flat),
    ];
    let mut samples = vec![];
    for (pixels, paint) in cases {
        for is_interlaced in [false, true] {
            // Odd sides: the last pass and the last byte of a row are not full.
            let scene = Scene { paint, ..Scene::with_size(419, 549) };
            let file = png::encode(&scene.draw(), pixels, is_interlaced, &ExtraChunks::default());
            samples.push(Sample::must_be_shown(format!("png, {pixels:?}, interlaced: {is_interlaced}"), file, scene));
        }
    }
    let many = png::encode(
        &Scene::USUAL.draw(),
        PixelFormat::Rgb(8),
        false,
        &ExtraChunks { parts: 9, ..ExtraChunks::default() },
    );
    samples.push(Sample::must_be_shown("png in nine parts", many, Scene::USUAL));
    samples
}

fn webps() -> Vec<Sample> {
    let hole = Scene::with_paint(Paint::Hole);
    let size = (Scene::USUAL.width, Scene::USUAL.height);
    let plain = webp::encode_lossless(&Scene::USUAL.draw());
    let extended = webp::with_surrounding_chunks(&plain, size, &SurroundingChunks::default());
    vec![
        Sample::must_be_shown("webp, lossless", plain, Scene::USUAL),
        Sample::must_be_shown("webp, lossless, extended", extended, Scene::USUAL),
        Sample::must_be_shown("webp, lossless, with alpha", webp::encode_lossless(&hole.draw()), hole),
        Sample::must_be_shown("webp, lossy", webp::LOSSY.to_vec(), Scene::USUAL.with_tolerance(14)),
        Sample::must_be_shown(
            "webp, lossy, extended",
            webp::with_surrounding_chunks(webp::LOSSY, size, &SurroundingChunks::default()),
            Scene::USUAL.with_tolerance(14),
        ),
        Sample::must_be_shown("webp, lossy, with alpha", webp::LOSSY_HOLE.to_vec(), hole.with_tolerance(14)),
    ]
}

/// Colours other than sRGB, with their profile.
fn profiles() -> Vec<Sample> {
    let mut samples = vec![];
    // Between Display P3 and sRGB lie eighteen levels, less than they would be off without the profile.
    let scene = Scene::USUAL.with_tolerance(8);
    for (name, profile) in [
        ("Display P3", icc::display_p3()),
        ("Adobe RGB", icc::adobe_rgb()),
        ("red and green swapped", icc::swapped_red_green()),
    ] {
        let mut picture = Scene::USUAL.draw();
        icc::convert_to_profile(&mut picture, &profile);
        let opaque = without_alpha(&picture);
        let bytes = icc::profile_bytes(&profile);
        for coding in [JpegCoding { sampling: SamplingFactor::R_4_4_4, ..BASELINE }, PROGRESSIVE] {
            let jpeg = jpeg::with_segments(&coding.encode(&opaque), &[jpeg::icc_segment(&bytes)]);
            samples.push(Sample::must_be_shown(
                format!("jpeg, {name}, progressive: {}", coding.is_progressive),
                jpeg,
                scene,
            ));
        }
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let parts = [(1, first), (2, second)]
            .map(|(n, part)| jpeg::segment(0xe2, &[b"ICC_PROFILE\0", &[n, 2][..], part].concat()));
        let jpeg = jpeg::with_segments(&BASELINE.encode(&opaque), &parts);
        samples.push(Sample::must_be_shown(format!("jpeg, {name}, in two segments"), jpeg, scene));
        let lying = without_alpha(&turned::stored_with_orientation(&picture, 6));
        let exif = jpeg::exif_segment(&exif::exif_tiff(exif::ByteOrder::Big, 6));
        let jpeg = jpeg::with_segments(&BASELINE.encode(&lying), &[exif, jpeg::icc_segment(&bytes)]);
        samples.push(Sample::must_be_shown(format!("jpeg, {name}, on its side"), jpeg, scene));
        for pixels in [PixelFormat::Rgb(8), PixelFormat::Rgba(8), PixelFormat::Rgb(16)] {
            let extras = ExtraChunks { before: vec![png::iccp_chunk(&bytes)], ..ExtraChunks::default() };
            samples.push(Sample::must_be_shown(
                format!("png, {name}, {pixels:?}"),
                png::encode(&picture, pixels, false, &extras),
                scene,
            ));
        }
        let around = SurroundingChunks { profile: Some(bytes), ..SurroundingChunks::default() };
        let webp =
            webp::with_surrounding_chunks(&webp::encode_lossless(&picture), (scene.width, scene.height), &around);
        samples.push(Sample::must_be_shown(format!("webp, {name}, lossless"), webp, scene));
    }
    let around = SurroundingChunks {
        profile: Some(icc::profile_bytes(&icc::swapped_red_green())),
        ..SurroundingChunks::default()
    };
    let webp = webp::with_surrounding_chunks(webp::LOSSY_SWAPPED, (scene.width, scene.height), &around);
    samples.push(Sample::must_be_shown("webp, red and green swapped, lossy", webp, scene.with_tolerance(14)));
    samples
}

/// Pictures with other data in the file: metadata, films, other pictures, archives.
fn with_other_data() -> Vec<Sample> {
    let picture = Scene::USUAL.draw();
    let tiff = exif::exif_tiff(exif::ByteOrder::Little, 1);
    let jpeg = jpeg::with_segments(
        &BASELINE.encode(&without_alpha(&picture)),
        &[jpeg::exif_segment(&tiff), jpeg::xmp_segment(), jpeg::iptc_segment(), jpeg::comment_segment()],
    );
    let film = [&jpeg[..], b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", &[7; 4000]].concat();
    let second = [&jpeg[..], &PROGRESSIVE.encode(&Scene::with_size(400, 400).draw_on_white())].concat();
    let text = png::chunk(b"tEXt", format!("Comment\0{}", exif::REMARK).as_bytes());
    let author = png::chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", &exif::xmp_packet()[..]].concat());
    let extras = ExtraChunks { before: vec![png::chunk(b"eXIf", &tiff), text], after: vec![author], parts: 3 };
    let png = png::encode(&picture, PixelFormat::Rgb(8), false, &extras);
    let around = SurroundingChunks { exif: Some(tiff), xmp: Some(exif::xmp_packet()), profile: None };
    let webp = webp::with_surrounding_chunks(&webp::encode_lossless(&picture), picture.dimensions(), &around);
    let archive = b"PK\x03\x04 and more of it";
    vec![
        Sample::must_be_shown("jpeg with EXIF, XMP, IPTC and a comment", jpeg, Scene::USUAL),
        Sample::must_be_shown("jpeg with a film behind it", film, Scene::USUAL),
        Sample::must_be_shown("jpeg with another jpeg behind it", second, Scene::USUAL),
        Sample::must_be_shown("png with an archive behind it", [&png[..], archive].concat(), Scene::USUAL),
        Sample::must_be_shown("png with EXIF, a remark and XMP", png, Scene::USUAL),
        Sample::must_be_shown("webp with an archive behind it", [&webp[..], archive].concat(), Scene::USUAL),
        Sample::must_be_shown("webp with EXIF and XMP", webp, Scene::USUAL),
    ]
}

/// Files of boxes: AVIF is not accepted, and HEIC only where a browser decodes it, which none does with these few bytes.
fn other_types() -> Vec<Sample> {
    let boxes = |major: &str, compatible: &str| {
        let brands = [major.as_bytes(), &[0; 4], compatible.as_bytes()].concat();
        [&(brands.len() as u32 + 8).to_be_bytes()[..], b"ftyp", &brands, b"\0\0\0\x08free"].concat()
    };
    [
        ("avif", "avifmif1miaf"),
        ("mif1", "mif1avifmiaf"),
        ("avis", "avismsf1avif"),
        ("heic", "mif1heic"),
        ("mif1", "mif1heicmiaf"),
        ("hevc", "msf1hevc"),
        ("isom", "isommp42"),
    ]
    .map(|(major, compatible)| Sample::must_be_refused(format!("{major} with {compatible}"), boxes(major, compatible)))
    .to_vec()
}
