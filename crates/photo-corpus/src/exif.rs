//! The metadata of cameras and editors: EXIF with orientation, place and serial number; XMP, IPTC and comments. And a check for what is
//! left of it in a file.

/// A serial number, a place, a person and a remark that nobody has, so that they are found wherever they are left behind.
pub(crate) const SERIAL: &str = "SN-CORPUS-0123456789";
pub(crate) const PLACE: &str = "52,22.3772N";
pub(crate) const AUTHOR: &str = "Corpus Author";
pub(crate) const REMARK: &str = "corpus remark";

/// The order of bytes in a TIFF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// A TIFF with the `orientation`, a serial number and a place (52° 22' 22.63" N).
pub(crate) fn exif_tiff(order: ByteOrder, orientation: u16) -> Vec<u8> {
    let short = |value: u16| if order == ByteOrder::Little { value.to_le_bytes() } else { value.to_be_bytes() };
    let long = |value: u32| if order == ByteOrder::Little { value.to_le_bytes() } else { value.to_be_bytes() };
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&short(tag)[..], &short(kind), &long(count), &value].concat()
    };
    let mut serial = SERIAL.as_bytes().to_vec();
    serial.push(0);
    // The header, IFD 0 with three entries, the GPS IFD with two; then what is longer than four bytes.
    let (gps, texts) = (8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + 2 + 2 * 12 + 4);
    let [high, low] = short(orientation);
    let ifd0 = [
        entry(0x0112, 3, 1, [high, low, 0, 0]),
        entry(0xa431, 2, serial.len() as u32, long(texts)),
        entry(0x8825, 4, 1, long(gps)),
    ];
    let place = [entry(1, 2, 2, *b"N\0\0\0"), entry(2, 5, 3, long(texts + serial.len() as u32))];
    let degrees: Vec<u8> = [52, 1, 22, 1, 2263, 100].into_iter().flat_map(long).collect();
    [
        if order == ByteOrder::Little { &b"II"[..] } else { b"MM" },
        &short(42),
        &long(8),
        &short(3),
        &ifd0.concat(),
        &long(0),
        &short(2),
        &place.concat(),
        &long(0),
        &serial,
        &degrees,
    ]
    .concat()
}

/// An XMP packet with the place.
pub(crate) fn xmp_packet() -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='{PLACE}'/></rdf:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

/// Which of the secrets above are in `bytes`, in words; none in a picture that was cleaned.
#[must_use]
pub fn secrets_in(bytes: &[u8]) -> Vec<&'static str> {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let degrees =
        |number: fn(u32) -> [u8; 4]| [52, 1, 22, 1, 2263, 100].into_iter().flat_map(number).collect::<Vec<u8>>();
    let found = [
        ("the serial number", has(SERIAL.as_bytes())),
        ("the place", has(&degrees(u32::to_le_bytes)) || has(&degrees(u32::to_be_bytes))),
        ("XMP", has(b"xmpmeta") || has(b"ns.adobe.com/xap")),
        ("the place in XMP", has(PLACE.as_bytes())),
        ("IPTC", has(b"8BIM") || has(AUTHOR.as_bytes())),
        ("a comment", has(REMARK.as_bytes())),
        ("a film", has(b"ftypmp42")),
    ];
    found.into_iter().filter_map(|(what, is_there)| is_there.then_some(what)).collect()
}

/// The orientation that the first EXIF in `file` names, if it names one.
#[must_use]
pub fn orientation_of(file: &[u8]) -> Option<u8> {
    let tiff = match file {
        [0xff, 0xd8, ..] => jpeg_exif(file)?,
        [0x89, b'P', ..] => chunk(file, 8, b"eXIf", |at| (at + 4, u32::from_be_bytes, at + 8, 4))?,
        [b'R', b'I', ..] => chunk(file, 12, b"EXIF", |at| (at, u32::from_le_bytes, at + 8, 0))?,
        _ => return None,
    };
    let tiff = tiff.strip_prefix(b"Exif\0\0").unwrap_or(tiff);
    let is_little = tiff.starts_with(b"II");
    let number = |at: usize, length: usize| {
        let bytes = tiff.get(at..at + length)?.iter();
        let join = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if is_little { bytes.rev().fold(0, join) } else { bytes.fold(0, join) })
    };
    let ifd = number(4, 4)? as usize;
    let entries = (0..number(ifd, 2)? as usize).map(|n| ifd + 2 + n * 12);
    let entry = entries.into_iter().find(|at| number(*at, 2) == Some(0x0112))?;
    u8::try_from(number(entry + 8, 2)?).ok()
}

fn jpeg_exif(file: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    while *file.get(at)? == 0xff && file[at + 1] != 0xda {
        let length = usize::from(u16::from_be_bytes([*file.get(at + 2)?, *file.get(at + 3)?]));
        let segment = file.get(at + 4..at + 2 + length)?;
        if file[at + 1] == 0xe1 && segment.starts_with(b"Exif\0\0") {
            return Some(segment);
        }
        at += 2 + length;
    }
    None
}

/// The first chunk of `kind` from `at` on. `lay` says for the place of a chunk where its kind stands, how its length is read
/// (from the other four bytes), where its data begins, and how many bytes come after it.
fn chunk<'a>(
    file: &'a [u8],
    mut at: usize,
    kind: &[u8; 4],
    lay: impl Fn(usize) -> (usize, fn([u8; 4]) -> u32, usize, usize),
) -> Option<&'a [u8]> {
    loop {
        let (kind_at, read, data_at, after) = lay(at);
        let length_at = if kind_at == at { at + 4 } else { at };
        let length = read(file.get(length_at..length_at + 4)?.try_into().ok()?) as usize;
        let data = file.get(data_at..data_at + length)?;
        if file.get(kind_at..kind_at + 4)? == kind {
            return Some(data);
        }
        // Chunks of RIFF are padded to an even length.
        at = data_at + length + after + if after == 0 { length % 2 } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_written_is_found_again() {
        let all = [exif_tiff(ByteOrder::Little, 6), xmp_packet(), AUTHOR.into(), REMARK.into(), b"ftypmp42".to_vec()]
            .concat();
        assert_eq!(secrets_in(&all).len(), 7, "{:?}", secrets_in(&all));
        assert!(secrets_in(&exif_tiff(ByteOrder::Big, 6)).contains(&"the place"));
        assert_eq!(secrets_in(b"nothing"), Vec::<&str>::new());
    }
}
