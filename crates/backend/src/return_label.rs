//! A return label as the seller's systems send it: a PDF in base64, from any encoder.
//!
//! Encoders differ in alphabet, padding, line breaks and prefixes. Every text that can mean only one file is accepted; each refusal
//! says why.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use damage_report_rules::contract::Code;

use crate::problem::Refusal;

/// The largest return label. Carriers' labels are 50 to 300 KB.
pub const RETURN_LABEL_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The most bytes after the `%%EOF` of a PDF: readers search for it this far from the end.
const PDF_END_WITHIN: usize = 1024;

/// The standard alphabet, with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The first bytes of other files that sellers send by mistake, and their names.
const OTHERS: [(&[u8], &str); 8] = [
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"^XA", "a label in ZPL"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"<", "markup (HTML, XML or SVG)"),
    (b"{", "JSON"),
    (b"JVBERi", "base64 once more: the label was encoded twice"),
];

/// A return label: a file that begins and ends like a PDF. Its content is not checked.
///
/// # Example
///
/// ```
/// use damage_report_backend::return_label::ReturnLabel;
///
/// let label = ReturnLabel::from_base64("data:application/pdf;base64,JVBERi0xLjQKJSVF\nT0YK")?;
/// assert_eq!(label.pdf(), b"%PDF-1.4\n%%EOF\n");
/// # Ok::<(), damage_report_backend::problem::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnLabel(Vec<u8>);

impl ReturnLabel {
    /// The label in the base64 `text`: in either alphabet, with padding or without, in lines of any length, after a byte order mark or
    /// the head of a `data:` address.
    ///
    /// # Errors
    ///
    /// `return_label_invalid` with the reason.
    pub fn from_base64(text: &str) -> Result<Self, Refusal> {
        Self::from_pdf(decode(text)?)
    }

    /// The label in `bytes`. A byte order mark and white space before the PDF are removed: no offset in a PDF counts from there.
    ///
    /// # Errors
    ///
    /// `return_label_invalid` with the reason.
    pub fn from_pdf(bytes: Vec<u8>) -> Result<Self, Refusal> {
        let blank = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let begin = mark + blank(&bytes[mark..]);
        let pdf = &bytes[begin..];
        if pdf.is_empty() {
            return Err(invalid_label("nothing"));
        }
        if pdf.len() > RETURN_LABEL_BYTES_MAX {
            return Err(invalid_label(&format!("{} bytes", pdf.len())));
        }
        if !pdf.starts_with(b"%PDF-") {
            let other = OTHERS.iter().find(|(begins, _)| pdf.starts_with(begins));
            return Err(invalid_label(other.map_or("a file that does not begin with %PDF-", |(_, name)| name)));
        }
        let end = &pdf[pdf.len().saturating_sub(PDF_END_WITHIN)..];
        if !end.windows(5).any(|five| five == b"%%EOF") {
            return Err(invalid_label("a PDF without %%EOF at its end: it was cut short"));
        }
        // A program that reads a PDF as UTF-8 text replaces other bytes by this character, and the label prints empty.
        if std::str::from_utf8(pdf).is_ok_and(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(invalid_label("a PDF that was read as text before it was encoded, and is broken by it"));
        }
        Ok(Self(pdf.to_vec()))
    }

    /// The PDF.
    #[must_use]
    pub fn pdf(&self) -> &[u8] {
        &self.0
    }
}

/// The refusal of a value that is not a return label.
pub(crate) fn invalid_label(received: &str) -> Refusal {
    Refusal::invalid_field(Code::ReturnLabelInvalid, "/pdf", "a PDF of at most 2 MiB, in base64", received)
}

fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let text = match text.split_once(',') {
        Some((head, data)) if head.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) => {
            if !head.to_ascii_lowercase().ends_with(";base64") {
                return Err(invalid_label("a data: address that is not in base64"));
            }
            data
        }
        _ => text,
    };
    let mut digits = String::with_capacity(text.len());
    for line in text.split(['\r', '\n']) {
        digits.push_str(line.trim_matches([' ', '\t']));
    }
    // A space between digits was a plus sign before a form or an address encoded it: without it, all later digits would shift.
    if digits.contains([' ', '\t']) {
        return Err(invalid_label("base64 with spaces in its lines, where plus signs may have been"));
    }
    let digits = digits.replace('-', "+").replace('_', "/");
    BASE64.decode(digits).map_err(|error| invalid_label(&in_words(error)))
}

fn in_words(error: base64::DecodeError) -> String {
    match error {
        base64::DecodeError::InvalidByte(at, _) => {
            format!("a text with a character that is not base64, after {at} others")
        }
        base64::DecodeError::InvalidLength(_) | base64::DecodeError::InvalidLastSymbol { .. } => {
            "base64 that was cut short".to_owned()
        }
        base64::DecodeError::InvalidPadding => "base64 with = where none belongs".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    /// A small PDF with bytes in it that need every digit of the alphabet.
    fn pdf() -> Vec<u8> {
        [b"%PDF-1.7\n".to_vec(), (0..=255).collect(), b"\xfb\xef\xbe\xff\n\n%%EOF\n".to_vec()].concat()
    }

    fn detail(refused: Result<ReturnLabel, Refusal>) -> String {
        let refusal = refused.unwrap_err();
        assert_eq!(refusal.code(), Code::ReturnLabelInvalid);
        let detail = refusal.problem().detail.clone().unwrap();
        assert!(detail.starts_with("at \"/pdf\": wanted a PDF of at most 2 MiB, in base64; came "), "{detail}");
        detail
    }

    #[test]
    fn a_label_of_any_encoder_is_accepted() {
        let plain = BASE64_STANDARD.encode(pdf());
        assert!(plain.contains('+') && plain.contains('/') && plain.ends_with('='));
        let lines = |length: usize, end: &str| {
            let lines: Vec<&str> =
                (0..plain.len()).step_by(length).map(|at| &plain[at..plain.len().min(at + length)]).collect();
            lines.join(end)
        };
        for encoded in [
            plain.clone(),
            format!("{plain}\n"),
            format!("{plain}\r\n"),
            lines(76, "\r\n"),
            lines(64, "\n"),
            lines(60, "\n    "),
            format!("\u{feff}{plain}"),
            plain.trim_end_matches('=').to_owned(),
            plain.replace('+', "-").replace('/', "_"),
            plain.trim_end_matches('=').replace('+', "-").replace('/', "_"),
            format!("data:application/pdf;base64,{plain}"),
            format!("DATA:application/pdf;name=l.pdf;BASE64,{plain}"),
            BASE64_STANDARD.encode([b"\xef\xbb\xbf".to_vec(), pdf()].concat()),
            BASE64_STANDARD.encode([b"\r\n".to_vec(), pdf()].concat()),
        ] {
            assert_eq!(ReturnLabel::from_base64(&encoded).unwrap().pdf(), pdf(), "{encoded:?}");
        }
    }

    #[test]
    fn a_label_that_is_refused_says_why() {
        let plain = BASE64_STANDARD.encode(pdf());
        let text = String::from_utf8_lossy(&pdf()).into_owned();
        for (encoded, why) in [
            (String::new(), "nothing"),
            (" \n".to_owned(), "nothing"),
            ("https://shop.example/label.pdf".to_owned(), "not base64, after 5 others"),
            (plain.replacen('+', " ", 1), "plus signs may have been"),
            (plain[..plain.len() / 2 / 4 * 4].to_owned(), "without %%EOF"),
            (plain[..plain.len() / 2 / 4 * 4 + 1].to_owned(), "cut short"),
            (format!("{plain}{plain}"), "base64"),
            (format!("data:application/pdf,{plain}"), "not in base64"),
            (BASE64_STANDARD.encode(&plain), "encoded twice"),
            (BASE64_STANDARD.encode(b"\x89PNG\r\n"), "a PNG picture"),
            (BASE64_STANDARD.encode(b"^XA^FO50,50"), "ZPL"),
            (BASE64_STANDARD.encode(b"<html>"), "markup"),
            (BASE64_STANDARD.encode(b"%!PS-Adobe"), "does not begin with %PDF-"),
            (BASE64_STANDARD.encode(text), "read as text"),
        ] {
            let said = detail(ReturnLabel::from_base64(&encoded));
            assert!(said.contains(why), "{encoded:?}: {said}");
        }
    }

    #[test]
    fn a_return_label_begins_and_ends_as_a_pdf() {
        assert!(ReturnLabel::from_pdf(b"%PDF-1.7\n...\n%%EOF\n".to_vec()).is_ok());
        assert!(ReturnLabel::from_pdf(b"%PDF-1.7\n...".to_vec()).is_err());
        assert!(ReturnLabel::from_pdf(b"GIF89a%%EOF".to_vec()).is_err());
        let mut large = b"%PDF-1.7".to_vec();
        large.resize(RETURN_LABEL_BYTES_MAX, b' ');
        large.extend_from_slice(b"%%EOF");
        assert!(detail(ReturnLabel::from_pdf(large)).contains("2097157 bytes"));
    }
}
