//! The transcoder with pictures of every kind: its copies show the same pixels, and have nothing else of the file.

use damage_report_photo_corpus::all;
use image::{ImageFormat, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use moxcms::ColorProfile;
use proptest::prelude::*;

use super::*;
use crate::photo::jpeg::read_complete_picture;

const BYTES_MAX: usize = 1 << 20;

fn transcode(bytes: &[u8]) -> Option<TranscodedPicture> {
    let mut transcoder = Transcoder::new(BYTES_MAX);
    read_complete_picture(bytes, &mut transcoder)?;
    transcoder.finish()
}

/// The pixels by the two decoders that the backend has.
fn decode(jpeg: &[u8]) -> Option<[Vec<u8>; 2]> {
    let usual = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).ok()?.into_rgb8().into_raw();
    Some([usual, jpeg_decoder::Decoder::new(jpeg).decode().ok()?])
}

/// How a test picture is coded.
#[derive(Clone, Debug)]
struct Coding {
    size: (u16, u16),
    sampling: SamplingFactor,
    quality: u8,
    restarts: u16,
    seed: u64,
    grain: u8,
}

const PLAIN: Coding =
    Coding { size: (43, 37), sampling: SamplingFactor::R_4_2_0, quality: 85, restarts: 0, seed: 1, grain: 60 };

impl Coding {
    fn picture(&self) -> RgbImage {
        let mut noise = fastrand::Rng::with_seed(self.seed);
        let mut level = |at: u32| (at * 5 % 196) as u8 + noise.u8(0..=self.grain.min(59));
        RgbImage::from_fn(self.size.0.into(), self.size.1.into(), |x, y| {
            image::Rgb([level(x + y), level(2 * x), level(3 * y)])
        })
    }

    fn encode(&self) -> Vec<u8> {
        self.encode_picture(&self.picture())
    }

    fn encode_picture(&self, picture: &RgbImage) -> Vec<u8> {
        let mut jpeg = vec![];
        let mut encoder = Encoder::new(&mut jpeg, self.quality);
        encoder.set_sampling_factor(self.sampling);
        encoder.set_restart_interval(self.restarts);
        encoder.encode(picture, self.size.0, self.size.1, ColorType::Rgb).unwrap();
        jpeg
    }
}

fn codings() -> impl Strategy<Value = Coding> {
    use SamplingFactor::{R_4_2_0, R_4_2_2, R_4_4_0, R_4_4_4};
    let size = (1..70_u16, 1..70_u16);
    let sampling = prop_oneof![Just(R_4_2_0), Just(R_4_2_2), Just(R_4_4_0), Just(R_4_4_4)];
    (size, sampling, 1..=100_u8, 0..5_u16, any::<u64>(), 0..60_u8).prop_map(
        |(size, sampling, quality, restarts, seed, grain)| Coding { size, sampling, quality, restarts, seed, grain },
    )
}

/// `jpeg` with a segment right after its start.
fn with_segment(jpeg: &[u8], marker: u8, parameters: &[u8]) -> Vec<u8> {
    let length = (parameters.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, parameters, &jpeg[2..]].concat()
}

fn with_profile(jpeg: &[u8], profile: &ColorProfile) -> Vec<u8> {
    with_segment(jpeg, ICC, &[b"ICC_PROFILE\0\x01\x01", &profile.encode().unwrap()[..]].concat())
}

/// Where the parameters of the first segment with this marker are.
fn parameters_of(jpeg: &[u8], marker: u8) -> usize {
    jpeg.windows(2).position(|two| two == [0xff, marker]).unwrap() + 4
}

fn changed(jpeg: &[u8], marker: u8, at: usize, value: u8) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let at = parameters_of(&jpeg, marker) + at;
    jpeg[at] = value;
    jpeg
}

proptest! {
    #[test]
    fn the_copy_shows_the_same_pixels_and_is_its_own_copy(coding in codings()) {
        let sent = coding.encode();
        let copy = transcode(&sent).unwrap();
        prop_assert_eq!((copy.width, copy.height), (coding.size.0.into(), coding.size.1.into()));
        prop_assert!(decode(&copy.jpeg).is_some());
        prop_assert!(decode(&copy.jpeg) == decode(&sent));
        prop_assert_eq!(transcode(&copy.jpeg), Some(copy));
    }

    #[test]
    fn no_damage_makes_a_copy_that_a_decoder_refuses_or_shows_otherwise(
        coding in codings(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut sent = coding.encode();
        for (at, value) in flips {
            let at = at.index(sent.len());
            sent[at] = value;
        }
        if let Some(copy) = transcode(&sent) {
            let shown = decode(&copy.jpeg);
            prop_assert!(shown.is_some(), "the copy is broken");
            if let Some(sent) = decode(&sent) {
                prop_assert!(Some(sent) == shown, "it shows another picture");
            }
            prop_assert_eq!(transcode(&copy.jpeg), Some(copy));
        }
    }
}

#[test]
fn every_plain_picture_of_the_corpus_has_a_copy_with_its_pixels() {
    let mut transcoded = 0;
    for sample in all() {
        let Some(copy) = transcode(&sample.bytes) else { continue };
        transcoded += 1;
        let whole = [&sample.bytes[..], &[0xff, EOI]].concat();
        assert!(decode(&copy.jpeg) == decode(&whole), "{}", sample.name);
    }
    assert!(transcoded > 50, "{transcoded}");
}

#[test]
fn nothing_of_the_file_but_its_picture_is_in_the_copy() {
    let plain = PLAIN.encode();
    let copy = transcode(&plain).unwrap().jpeg;
    let markers: Vec<u8> = copy.windows(2).filter(|two| two[0] == 0xff && two[1] != 0).map(|two| two[1]).collect();
    assert_eq!(markers, [SOI, JFIF, DQT, DQT, BASELINE, DHT, DHT, DHT, DHT, SOS, EOI]);
    let exif = with_segment(&plain, 0xe1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0");
    let maker = with_segment(&plain, 0xec, b"Ducky");
    let unknown = with_segment(&plain, ADOBE, b"another program");
    let adobe = with_segment(&plain, ADOBE, b"Adobe\0\x64\0\0\0\0\x01");
    let srgb = with_profile(&plain, &ColorProfile::new_srgb());
    let tail = [&plain[..], b"PK\x03\x04"].concat();
    let ended = plain[..plain.len() - 2].to_vec();
    let restarts = Coding { restarts: 2, ..PLAIN }.encode();
    for file in [exif, maker, unknown, adobe, srgb, tail, ended, restarts] {
        assert_eq!(transcode(&file).unwrap().jpeg, copy);
    }
}

#[test]
fn blocks_outside_of_the_picture_are_blank() {
    // The fourth column of blocks is outside once the picture is 17 pixels wide.
    let coding = Coding { size: (32, 32), grain: 0, ..PLAIN };
    let hidden = |level: u8| {
        let picture = RgbImage::from_fn(32, 32, |x, _| image::Rgb([if x < 24 { 90 } else { level }; 3]));
        let jpeg = changed(&coding.encode_picture(&picture), BASELINE, 4, 17);
        (transcode(&jpeg).unwrap(), jpeg)
    };
    let ((copy, sent), (other, _)) = (hidden(20), hidden(240));
    assert_eq!(copy.width, 17);
    assert_eq!(copy, other);
    assert!(decode(&copy.jpeg) == decode(&sent));
}

#[test]
fn other_kinds_of_jpeg_go_through_pixels() {
    let plain = PLAIN.encode();
    let mut progressive = vec![];
    let mut encoder = Encoder::new(&mut progressive, 85);
    encoder.set_progressive(true);
    encoder.encode(&PLAIN.picture(), 43, 37, ColorType::Rgb).unwrap();
    let mut grey = vec![];
    Encoder::new(&mut grey, 85).encode(&[90; 64], 8, 8, ColorType::Luma).unwrap();
    let cases = [
        ("progressive", progressive),
        ("grey", grey),
        ("a sampling of four to one", Coding { sampling: SamplingFactor::R_4_1_1, ..PLAIN }.encode()),
        ("Adobe's RGB", with_segment(&plain, ADOBE, b"Adobe\0\x64\0\0\0\0\0")),
        ("Adobe's segment cut off", with_segment(&plain, ADOBE, b"Adobe")),
        ("another profile", with_profile(&plain, &ColorProfile::new_display_p3())),
        ("half a profile", with_segment(&plain, ICC, b"ICC_PROFILE\0\x01\x02 and so on")),
        ("two profiles", {
            let once = with_profile(&plain, &ColorProfile::new_srgb());
            with_profile(&once, &ColorProfile::new_srgb())
        }),
        ("a quantisation of zero", changed(&plain, DQT, 9, 0)),
        ("red, green and blue", {
            let names = [(6, b'R'), (9, b'G'), (12, b'B')].into_iter();
            let frame = names.clone().fold(plain.clone(), |jpeg, (at, name)| changed(&jpeg, BASELINE, at, name));
            names.fold(frame, |jpeg, (at, name)| changed(&jpeg, SOS, at / 3 * 2 - 3, name))
        }),
        ("a table that is missing", changed(&plain, BASELINE, 8, 3)),
    ];
    for (name, file) in cases {
        assert!(transcode(&file).is_none(), "{name}");
    }
    let mut extended = plain.clone();
    extended[parameters_of(&plain, BASELINE) - 3] = EXTENDED;
    assert!(read_complete_picture(&extended, &mut Transcoder::new(BYTES_MAX)).is_some());
    assert!(transcode(&extended).is_none());
}

#[test]
fn codes_that_decoders_read_differently_go_through_pixels() {
    let plain = PLAIN.encode();
    // The values of the usual table of brightness: the end of a block is the fourth.
    let values = plain.windows(7).position(|seven| seven == [1, 2, 3, 0, 4, 0x11, 5]).unwrap();
    // Runs of one and of fourteen without a coefficient, and one of sixteen beyond the end of most blocks.
    for code in [0x10, 0xe0, 0xf0] {
        let mut odd = plain.clone();
        odd[values + 3] = code;
        let is_read = read_complete_picture(&odd, &mut Transcoder::new(BYTES_MAX)).is_some();
        assert!(is_read || code == 0xf0, "{code:x}");
        assert!(transcode(&odd).is_none(), "{code:x}");
    }
}

#[test]
fn coefficients_that_no_8_bit_picture_has_go_through_pixels() {
    let fine = Coding { quality: 100, ..PLAIN }.encode();
    assert!(transcode(&fine).is_some());
    let table = parameters_of(&fine, DQT);
    // The first coefficient, and the second.
    for at in [1, 2] {
        let mut coarse = fine.clone();
        coarse[table + at] = 255;
        assert!(transcode(&coarse).is_none(), "{at}");
    }
    let bits_max = |step: u8| ComponentCoding::new(&[step; BLOCK]).bits_max[1];
    // 512, 4 times 256 and 255 times 4 are at most 1152; twice of each is not, or is more than the format has.
    assert_eq!([1, 2, 4, 255].map(bits_max), [10, 10, 9, 3]);
    assert_eq!(
        [(0, 0), (1, 0), (1, 1), (3, 0b011), (3, 0b100)].map(|(size, bits)| signed(size, bits)),
        [0, -1, 1, -4, 4]
    );
}

#[test]
fn a_copy_that_would_be_too_large_is_given_up() {
    let sent = PLAIN.encode();
    let length = transcode(&sent).unwrap().jpeg.len();
    for (bytes_max, is_made) in [(length, true), (length - 1, false), (100, false)] {
        let mut transcoder = Transcoder::new(bytes_max);
        assert!(read_complete_picture(&sent, &mut transcoder).is_some());
        assert_eq!(transcoder.finish().is_some(), is_made, "{bytes_max}");
    }
}
