//! The metadata that a camera adds to a picture: EXIF with the way it was held, the place, the maker, the serial number
//! and a thumbnail; and XMP with the place once more, as some phones do.

use std::io::Cursor;

use anyhow::{Context as _, Result};
use exif::{Context, Field, In, Rational, Tag, Value, experimental::Writer};
use image::DynamicImage;

/// The maker of a camera that nobody makes, so that it is found wherever it is left behind.
const MAKER: &str = "Camera Obscura";
const SERIAL_NUMBER: &str = "SN-0123456789";
/// The Dam in Amsterdam, in degrees, minutes and hundredths of a second.
const LATITUDE: [(u32, u32); 3] = [(52, 1), (22, 1), (2_263, 100)];
const LONGITUDE: [(u32, u32); 3] = [(4, 1), (53, 1), (3_475, 100)];
const XMP_HEAD: &str = "http://ns.adobe.com/xap/1.0/\0";
const XMP_PLACE: &str = "52,22.3772N";

/// How the camera was held, as EXIF numbers it: the turn that shows the picture upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// As the sensor lies.
    Normal = 1,
    /// To be turned by half.
    UpsideDown = 3,
    /// To be turned to the right by a quarter: a phone held upright.
    TurnRight = 6,
    /// To be turned to the left by a quarter.
    TurnLeft = 8,
}

impl Orientation {
    /// The four that a phone in somebody's hand writes; the others are mirrored.
    pub const ALL: [Self; 4] = [Self::Normal, Self::UpsideDown, Self::TurnRight, Self::TurnLeft];

    /// The picture as a viewer shows it that heeds the EXIF.
    #[must_use]
    pub fn turn_upright(self, sensed: DynamicImage) -> DynamicImage {
        match self {
            Self::Normal => sensed,
            Self::UpsideDown => sensed.rotate180(),
            Self::TurnRight => sensed.rotate90(),
            Self::TurnLeft => sensed.rotate270(),
        }
    }

    /// The picture as the sensor wrote it.
    pub(super) fn turn_as_sensed(self, upright: DynamicImage) -> DynamicImage {
        match self {
            Self::Normal => upright,
            Self::UpsideDown => upright.rotate180(),
            Self::TurnRight => upright.rotate270(),
            Self::TurnLeft => upright.rotate90(),
        }
    }
}

/// The JPEG with the metadata of a camera.
pub(super) fn with_metadata(jpeg: &[u8], orientation: Orientation, thumbnail: &[u8]) -> Result<Vec<u8>> {
    let [exif, xmp] = [exif(orientation, thumbnail)?, xmp()];
    // Right after the start of the image (two bytes), where cameras put it.
    let (start, rest) = jpeg.split_at_checked(2).context("it is not a JPEG")?;
    Ok([start, &segment(&exif)?, &segment(&xmp)?, rest].concat())
}

/// Which of a camera's secrets are in `bytes`, in words; none in a photo that was cleaned.
#[must_use]
pub fn secrets_in(bytes: &[u8]) -> Vec<&'static str> {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let rational = |value: [(u32, u32); 3]| {
        let numbers = value.into_iter().flat_map(|(above, below)| [above, below]);
        numbers.flat_map(u32::to_be_bytes).collect::<Vec<u8>>()
    };
    let found = [
        ("EXIF", has(b"Exif\0") || exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).is_ok()),
        ("the maker", has(MAKER.as_bytes())),
        ("the serial number", has(SERIAL_NUMBER.as_bytes())),
        ("the latitude", has(&rational(LATITUDE))),
        ("the longitude", has(&rational(LONGITUDE))),
        ("XMP", has(b"ns.adobe.com/xap")),
        ("the place in XMP", has(XMP_PLACE.as_bytes())),
    ];
    found.into_iter().filter_map(|(what, is_there)| is_there.then_some(what)).collect()
}

fn exif(orientation: Orientation, thumbnail: &[u8]) -> Result<Vec<u8>> {
    let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
    let place = |value: [(u32, u32); 3]| Value::Rational(value.map(|(num, denom)| Rational { num, denom }).to_vec());
    let fields = [
        (Tag::Make, text(MAKER)),
        (Tag::Model, text("Obscura 12")),
        (Tag::Orientation, Value::Short(vec![orientation as u16])),
        (Tag::DateTime, text("2026:05:01 10:11:12")),
        (Tag::BodySerialNumber, text(SERIAL_NUMBER)),
        (Tag::GPSLatitudeRef, text("N")),
        (Tag::GPSLatitude, place(LATITUDE)),
        (Tag::GPSLongitudeRef, text("E")),
        (Tag::GPSLongitude, place(LONGITUDE)),
    ];
    let fields = fields.map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value });
    // A thumbnail without its kind of compression is not found by every reader.
    let compression = Field { tag: Tag(Context::Tiff, 259), ifd_num: In::THUMBNAIL, value: Value::Short(vec![6]) };
    let mut writer = Writer::new();
    fields.iter().chain([&compression]).for_each(|field| writer.push_field(field));
    writer.set_jpeg(thumbnail, In::THUMBNAIL);
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false)?;
    Ok([b"Exif\0\0", tiff.get_ref().as_slice()].concat())
}

fn xmp() -> Vec<u8> {
    let packet = format!(
        "{XMP_HEAD}<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='{XMP_PLACE}'/>\
         </rdf:RDF></x:xmpmeta>"
    );
    packet.into_bytes()
}

/// An APP1 segment of a JPEG. Its length counts itself.
fn segment(content: &[u8]) -> Result<Vec<u8>> {
    let length = u16::try_from(content.len() + 2).context("an APP1 segment holds 64 KiB at most")?;
    Ok([&[0xff, 0xe1], length.to_be_bytes().as_slice(), content].concat())
}
