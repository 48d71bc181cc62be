//! All samples, with the right outcome for each. Incomplete files are in `broken`, rotated pictures in `turned`.

mod broken;
mod turned;

use jpeg_encoder::{ColorType, SamplingFactor};

use crate::{
    exif, icc,
    jpeg::{self, BASELINE, Coding, PROGRESSIVE},
    png::{self, Extras, Pixels},
    sample::Sample,
    scene::{Paint, Scene, on_white},
    webp::{self, Around},
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
        let coding = Coding { sampling, ..BASELINE };
        samples.push(Sample::shown(format!("jpeg, {name}"), coding.encode(&picture), Scene::USUAL));
        let optimised = Coding { is_optimised: true, ..coding };
        samples.push(Sample::shown(format!("jpeg, {name}, own codes"), optimised.encode(&picture), Scene::USUAL));
        let progressive = Coding { is_progressive: true, ..coding };
        samples.push(Sample::shown(format!("jpeg, {name}, progressive"), progressive.encode(&picture), Scene::USUAL));
    }
    for restarts in [1, 7, 26] {
        for coding in [Coding { restarts, ..BASELINE }, Coding { restarts, ..PROGRESSIVE }] {
            let name = format!("jpeg, a restart every {restarts}, progressive: {}", coding.is_progressive);
            samples.push(Sample::shown(name, coding.encode(&picture), Scene::USUAL));
        }
    }
    let grey = Scene::painted(Paint::Greys);
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
        let (fine, rough) = (Coding { sampling: SamplingFactor::R_4_4_4, ..coding }, Scene::USUAL.within(20));
        samples.push(Sample::shown(name("grey"), coding.encode_as(&picture, ColorType::Luma, &luma), grey));
        samples.push(Sample::shown(name("CMYK"), fine.encode_as(&picture, ColorType::Cmyk, &cmyk), rough));
        samples.push(Sample::shown(name("YCCK"), fine.encode_as(&picture, ColorType::CmykAsYcck, &cmyk), rough));
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
        let scene = Scene::USUAL.within(if name.starts_with("three") { 48 } else { 16 });
        samples.push(Sample::shown(
            format!("jpeg of blocks, {name}"),
            jpeg::mosaic(&picture, samplings, true, 0),
            scene,
        ));
        samples.push(Sample::shown(
            format!("jpeg of blocks, {name}, each apart"),
            jpeg::mosaic(&picture, samplings, false, 0),
            scene,
        ));
        samples.push(Sample::shown(
            format!("jpeg of blocks, {name}, with restarts"),
            jpeg::mosaic(&picture, samplings, true, 5),
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
        let scene = Scene::sized(width, height).within(12);
        let picture = scene.draw_on_white();
        for coding in [BASELINE, PROGRESSIVE, Coding { sampling: SamplingFactor::R_4_2_2, restarts: 3, ..BASELINE }] {
            let name = format!("jpeg, {width} by {height}, {coding:?}");
            samples.push(Sample::shown(name, coding.encode(&picture), scene));
        }
    }
    samples
}

fn pngs() -> Vec<Sample> {
    let cases = [
        (Pixels::Rgb(8), Paint::Colours),
        (Pixels::Rgb(16), Paint::Colours),
        (Pixels::RgbKey, Paint::Hole),
        (Pixels::Rgba(8), Paint::Hole),
        (Pixels::Rgba(16), Paint::Hole),
        (Pixels::Grey(1), Paint::BlackAndWhite),
        (Pixels::Grey(2), Paint::BlackAndWhite),
        (Pixels::Grey(4), Paint::BlackAndWhite),
        (Pixels::Grey(8), Paint::Greys),
        (Pixels::Grey(16), Paint::Greys),
        (Pixels::GreyAlpha(8), Paint::GreyHole),
        (Pixels::GreyAlpha(16), Paint::GreyHole),
        (Pixels::Palette(1, false), Paint::BlackAndWhite),
        (Pixels::Palette(2, false), Paint::BlackAndWhite),
        (Pixels::Palette(4, false), Paint::Flat),
        (Pixels::Palette(8, false), Paint::Flat),
        (Pixels::Palette(4, true), Paint::Flat),
        (Pixels::Palette(8, true), Paint::Flat),
    ];
    let mut samples = vec![];
    for (pixels, paint) in cases {
        for is_interlaced in [false, true] {
            // Odd sides: the last pass and the last byte of a row are not full.
            let scene = Scene { paint, ..Scene::sized(419, 549) };
            let file = png::encode(&scene.draw(), pixels, is_interlaced, &Extras::default());
            samples.push(Sample::shown(format!("png, {pixels:?}, interlaced: {is_interlaced}"), file, scene));
        }
    }
    let many = png::encode(&Scene::USUAL.draw(), Pixels::Rgb(8), false, &Extras { parts: 9, ..Extras::default() });
    samples.push(Sample::shown("png in nine parts", many, Scene::USUAL));
    samples
}

fn webps() -> Vec<Sample> {
    let hole = Scene::painted(Paint::Hole);
    let size = (Scene::USUAL.width, Scene::USUAL.height);
    let plain = webp::lossless(&Scene::USUAL.draw());
    let extended = webp::with_around(&plain, size, &Around::default());
    vec![
        Sample::shown("webp, lossless", plain, Scene::USUAL),
        Sample::shown("webp, lossless, extended", extended, Scene::USUAL),
        Sample::shown("webp, lossless, with alpha", webp::lossless(&hole.draw()), hole),
        Sample::shown("webp, lossy", webp::LOSSY.to_vec(), Scene::USUAL.within(14)),
        Sample::shown(
            "webp, lossy, extended",
            webp::with_around(webp::LOSSY, size, &Around::default()),
            Scene::USUAL.within(14),
        ),
        Sample::shown("webp, lossy, with alpha", webp::LOSSY_HOLE.to_vec(), hole.within(14)),
    ]
}

/// Colours other than sRGB, with their profile.
fn profiles() -> Vec<Sample> {
    let mut samples = vec![];
    // Between Display P3 and sRGB lie eighteen levels, less than they would be off without the profile.
    let scene = Scene::USUAL.within(8);
    for (name, profile) in
        [("Display P3", icc::display_p3()), ("Adobe RGB", icc::adobe_rgb()), ("red and green swapped", icc::swapped())]
    {
        let mut picture = Scene::USUAL.draw();
        icc::in_colours_of(&mut picture, &profile);
        let opaque = on_white(&picture);
        let bytes = icc::bytes(&profile);
        for coding in [Coding { sampling: SamplingFactor::R_4_4_4, ..BASELINE }, PROGRESSIVE] {
            let jpeg = jpeg::with_segments(&coding.encode(&opaque), &[jpeg::icc_segment(&bytes)]);
            samples.push(Sample::shown(format!("jpeg, {name}, progressive: {}", coding.is_progressive), jpeg, scene));
        }
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let parts = [(1, first), (2, second)]
            .map(|(n, part)| jpeg::segment(0xe2, &[b"ICC_PROFILE\0", &[n, 2][..], part].concat()));
        let jpeg = jpeg::with_segments(&BASELINE.encode(&opaque), &parts);
        samples.push(Sample::shown(format!("jpeg, {name}, in two segments"), jpeg, scene));
        let lying = on_white(&turned::lying(&picture, 6));
        let exif = jpeg::exif_segment(&exif::tiff(exif::ByteOrder::Big, 6));
        let jpeg = jpeg::with_segments(&BASELINE.encode(&lying), &[exif, jpeg::icc_segment(&bytes)]);
        samples.push(Sample::shown(format!("jpeg, {name}, on its side"), jpeg, scene));
        for pixels in [Pixels::Rgb(8), Pixels::Rgba(8), Pixels::Rgb(16)] {
            let extras = Extras { before: vec![png::iccp(&bytes)], ..Extras::default() };
            samples.push(Sample::shown(
                format!("png, {name}, {pixels:?}"),
                png::encode(&picture, pixels, false, &extras),
                scene,
            ));
        }
        let around = Around { profile: Some(bytes), ..Around::default() };
        let webp = webp::with_around(&webp::lossless(&picture), (scene.width, scene.height), &around);
        samples.push(Sample::shown(format!("webp, {name}, lossless"), webp, scene));
    }
    let around = Around { profile: Some(icc::bytes(&icc::swapped())), ..Around::default() };
    let webp = webp::with_around(webp::LOSSY_SWAPPED, (scene.width, scene.height), &around);
    samples.push(Sample::shown("webp, red and green swapped, lossy", webp, scene.within(14)));
    samples
}

/// Pictures with other data in the file: metadata, films, other pictures, archives.
fn with_other_data() -> Vec<Sample> {
    let picture = Scene::USUAL.draw();
    let tiff = exif::tiff(exif::ByteOrder::Little, 1);
    let jpeg = jpeg::with_segments(
        &BASELINE.encode(&on_white(&picture)),
        &[jpeg::exif_segment(&tiff), jpeg::xmp_segment(), jpeg::iptc_segment(), jpeg::comment_segment()],
    );
    let film = [&jpeg[..], b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", &[7; 4000]].concat();
    let second = [&jpeg[..], &PROGRESSIVE.encode(&Scene::sized(400, 400).draw_on_white())].concat();
    let text = png::chunk(b"tEXt", format!("Comment\0{}", exif::REMARK).as_bytes());
    let author = png::chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", &exif::xmp()[..]].concat());
    let extras = Extras { before: vec![png::chunk(b"eXIf", &tiff), text], after: vec![author], parts: 3 };
    let png = png::encode(&picture, Pixels::Rgb(8), false, &extras);
    let around = Around { exif: Some(tiff), xmp: Some(exif::xmp()), profile: None };
    let webp = webp::with_around(&webp::lossless(&picture), picture.dimensions(), &around);
    let archive = b"PK\x03\x04 and more of it";
    vec![
        Sample::shown("jpeg with EXIF, XMP, IPTC and a comment", jpeg, Scene::USUAL),
        Sample::shown("jpeg with a film behind it", film, Scene::USUAL),
        Sample::shown("jpeg with another jpeg behind it", second, Scene::USUAL),
        Sample::shown("png with an archive behind it", [&png[..], archive].concat(), Scene::USUAL),
        Sample::shown("png with EXIF, a remark and XMP", png, Scene::USUAL),
        Sample::shown("webp with an archive behind it", [&webp[..], archive].concat(), Scene::USUAL),
        Sample::shown("webp with EXIF and XMP", webp, Scene::USUAL),
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
    .map(|(major, compatible)| Sample::refused(format!("{major} with {compatible}"), boxes(major, compatible)))
    .to_vec()
}
