//! The clean copy of a JPEG that needs no change to its picture: its coefficients are read and coded anew, without going through
//! pixels.
//!
//! The copy has the numbers of the picture (size, sampling, quantisation, coefficients) and nothing else of the file: headers, codes
//! and padding are our own, blocks outside of the picture are blank. It shows the same pixels, and is a function of the picture
//! alone. Only the plainest kind of JPEG is transcoded, which is the one that browsers write; every other goes through pixels.

mod huffman_codes;
mod scan_writer;

use self::{huffman_codes::HuffmanCodes, scan_writer::ScanWriter};
use super::{
    colours::is_srgb,
    jpeg_sink::{JpegSink, Visibility},
};

/// The coefficients of a block.
const BLOCK: usize = 64;

/// The components: brightness and two colours.
const COMPONENTS: usize = 3;

/// The most that a coefficient of 8-bit samples comes to once it is multiplied by its quantisation: 8 times the deepest sample, and
/// half a step of the coarsest quantisation for rounding. With more, decoders differ in what they show.
const LEVEL_MAX: i32 = 8 * 128 + 128;

/// The longest differences and coefficients of a baseline JPEG of 8 bits a sample, in bits (ITU-T T.81, F.1.2).
const DIFFERENCE_BITS_MAX: u32 = 11;
const COEFFICIENT_BITS_MAX: u8 = 10;

const BASELINE: u8 = 0xc0;
const EXTENDED: u8 = 0xc1;
const DHT: u8 = 0xc4;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const JFIF: u8 = 0xe0;
const ICC: u8 = 0xe2;
const ADOBE: u8 = 0xee;

/// The parameters of a JFIF segment: version 1.1, square pixels, no thumbnail.
const JFIF_PARAMETERS: [u8; 14] = *b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0";

/// The components, and the numbers of the tables that each is coded with.
const SCAN_PARAMETERS: [u8; 10] = [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0];

/// A clean copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TranscodedPicture {
    /// The copy, a JPEG.
    pub(super) jpeg: Vec<u8>,
    /// Its width in pixels.
    pub(super) width: u32,
    /// Its height in pixels.
    pub(super) height: u32,
}

/// Makes the clean copy while a JPEG is read.
pub(super) struct Transcoder {
    bytes_max: usize,
    state: State,
    quantisation: [Option<[u8; BLOCK]>; 4],
    has_profile: bool,
}

enum State {
    /// No frame was read so far.
    BeforeFrame,
    /// No scan was read so far.
    BeforeScan(Frame),
    /// The scan is being read, or was read.
    Scan(Frame, Box<Scan>),
    /// The picture has to go through pixels.
    Unsuitable,
}

#[derive(Clone, Copy)]
struct Frame {
    height: [u8; 2],
    width: [u8; 2],
    /// The identifiers of the components.
    names: [u8; COMPONENTS],
    /// The sampling of brightness; colours have one sample.
    sampling: u8,
    /// For each component the number of its quantisation table.
    tables: [u8; COMPONENTS],
}

struct Scan {
    writer: ScanWriter,
    bytes_max: usize,
    components: [ComponentCoding; COMPONENTS],
    codes: [HuffmanCodes; 2],
    /// The component of the block.
    component: usize,
    visibility: Visibility,
    /// The place of the last coefficient of the block that is not zero.
    last: usize,
    is_suitable: bool,
}

/// How a component is coded, and where its coding is.
struct ComponentCoding {
    /// Of the first coefficient.
    quantisation: i32,
    /// For each coefficient the most bits that it may have.
    bits_max: [u8; BLOCK],
    /// The first coefficient of the block before, as read and as written.
    read: i32,
    written: i32,
}

impl Transcoder {
    /// A transcoder for a copy of at most `bytes_max` bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, state: State::BeforeFrame, quantisation: [None; 4], has_profile: false }
    }

    /// The copy of the picture that was read, which must be complete; none where it has to go through pixels.
    pub(super) fn finish(self) -> Option<TranscodedPicture> {
        let State::Scan(frame, scan) = self.state else { return None };
        let mut jpeg = scan.is_suitable.then(|| scan.writer.finish())?;
        jpeg.extend([0xff, EOI]);
        let [width, height] = [frame.width, frame.height].map(|side| u16::from_be_bytes(side).into());
        (jpeg.len() <= self.bytes_max).then_some(TranscodedPicture { jpeg, width, height })
    }

    /// The state after a segment; none where the picture has to go through pixels.
    fn after(&mut self, marker: u8, parameters: &[u8]) -> Option<State> {
        let state = std::mem::replace(&mut self.state, State::Unsuitable);
        match (marker, state) {
            // After the scan only another scan matters, and a frame makes the file incomplete.
            (SOS, State::BeforeScan(frame)) => Some(State::Scan(frame, Box::new(self.begin_scan(&frame, parameters)?))),
            (SOS, _) => None,
            (_, state @ State::Scan(..)) => Some(state),
            (BASELINE, State::BeforeFrame) => Some(State::BeforeScan(Frame::read(parameters)?)),
            (EXTENDED..=0xcf, _) if marker != DHT => None,
            (DQT, state) => self.read_quantisation(parameters).map(|()| state),
            (ADOBE, state) => has_usual_colours(parameters).then_some(state),
            (ICC, state) => self.read_profile(parameters).map(|()| state),
            (_, state) => Some(state),
        }
    }

    fn read_quantisation(&mut self, mut parameters: &[u8]) -> Option<()> {
        while let [number, rest @ ..] = parameters {
            // A number over 3 is invalid, or one of a table with two bytes for each coefficient.
            let slot = self.quantisation.get_mut(usize::from(*number))?;
            let (table, rest) = rest.split_first_chunk::<BLOCK>()?;
            *slot = Some(*table).filter(|table| !table.contains(&0));
            parameters = rest;
        }
        Some(())
    }

    fn read_profile(&mut self, parameters: &[u8]) -> Option<()> {
        let Some(part) = parameters.strip_prefix(b"ICC_PROFILE\0") else { return Some(()) };
        let is_first = !std::mem::replace(&mut self.has_profile, true);
        let [1, 1, profile @ ..] = part else { return None };
        (is_first && is_srgb(profile)).then_some(())
    }

    fn begin_scan(&self, frame: &Frame, parameters: &[u8]) -> Option<Scan> {
        let &[3, n1, _, n2, _, n3, _, 0, 63, 0] = parameters else { return None };
        if [n1, n2, n3] != frame.names {
            return None;
        }
        let mut tables = [[0; BLOCK]; COMPONENTS];
        for (table, number) in tables.iter_mut().zip(frame.tables) {
            *table = self.quantisation.get(usize::from(number)).copied().flatten()?;
        }
        Some(Scan {
            writer: ScanWriter::new(header(frame, &tables)),
            bytes_max: self.bytes_max,
            components: tables.map(|table| ComponentCoding::new(&table)),
            codes: [HuffmanCodes::brightness(), HuffmanCodes::colours()],
            component: 0,
            visibility: Visibility::Visible,
            last: 0,
            is_suitable: true,
        })
    }

    #[inline]
    fn scan(&mut self) -> Option<&mut Scan> {
        match &mut self.state {
            State::Scan(_, scan) if scan.is_suitable => Some(scan),
            _ => None,
        }
    }
}

impl JpegSink for Transcoder {
    fn segment(&mut self, marker: u8, parameters: &[u8]) {
        self.state = self.after(marker, parameters).unwrap_or(State::Unsuitable);
    }

    #[inline]
    fn begin_block(&mut self, component: usize, visibility: Visibility) {
        let Some(scan) = self.scan() else { return };
        (scan.component, scan.visibility, scan.last) = (component, visibility, 0);
    }

    #[inline]
    fn dc_difference(&mut self, size: u8, bits: u16) {
        if let Some(scan) = self.scan() {
            scan.write_difference(size, bits);
        }
    }

    #[inline]
    fn ac_coefficient(&mut self, at: usize, size: u8, bits: u16) {
        if let Some(scan) = self.scan() {
            scan.write_coefficient(at, size, bits);
        }
    }

    fn undefined_code(&mut self) {
        if let Some(scan) = self.scan() {
            scan.is_suitable = false;
        }
    }

    #[inline]
    fn end_block(&mut self) {
        let Some(scan) = self.scan() else { return };
        if scan.last < BLOCK - 1 {
            scan.codes[usize::from(scan.component > 0)].write_end_of_block(&mut scan.writer);
        }
        scan.is_suitable = scan.writer.length() <= scan.bytes_max;
    }

    fn restart(&mut self) {
        if let Some(scan) = self.scan() {
            scan.components.iter_mut().for_each(|component| component.read = 0);
        }
    }
}

impl Frame {
    fn read(parameters: &[u8]) -> Option<Self> {
        let &[8, y1, y0, x1, x0, 3, n1, sampling, t1, n2, 0x11, t2, n3, 0x11, t3] = parameters else { return None };
        // By these names decoders tell a picture whose components are red, green and blue.
        let names = [n1, n2, n3];
        let is_usual = names != *b"RGB" && n1 != n2 && n1 != n3 && n2 != n3;
        let is_usual = is_usual && matches!(sampling, 0x11 | 0x12 | 0x21 | 0x22);
        is_usual.then_some(Self { height: [y1, y0], width: [x1, x0], names, sampling, tables: [t1, t2, t3] })
    }
}

impl ComponentCoding {
    fn new(table: &[u8; BLOCK]) -> Self {
        // The least coefficient of so many bits stays within the most level.
        let bits_max = table.map(|step| {
            (1..=COEFFICIENT_BITS_MAX).rev().find(|bits| i32::from(step) << (bits - 1) <= LEVEL_MAX).unwrap_or(0)
        });
        Self { quantisation: i32::from(table[0]), bits_max, read: 0, written: 0 }
    }
}

impl Scan {
    #[inline]
    fn write_difference(&mut self, size: u8, bits: u16) {
        let component = &mut self.components[self.component];
        component.read += signed(size, bits);
        let is_too_long = u32::from(size) > DIFFERENCE_BITS_MAX;
        if is_too_long || (component.read * component.quantisation).abs() > LEVEL_MAX {
            self.is_suitable = false;
            return;
        }
        let value = if self.visibility == Visibility::Visible { component.read } else { component.written };
        let difference = value - component.written;
        component.written = value;
        let size = u32::BITS - difference.unsigned_abs().leading_zeros();
        if size > DIFFERENCE_BITS_MAX {
            self.is_suitable = false;
            return;
        }
        // Negative numbers are coded less one, without their sign.
        let coded = if difference < 0 { difference - 1 } else { difference };
        let bits = coded as u32 & ((1 << size) - 1);
        self.codes[usize::from(self.component > 0)].write_difference(&mut self.writer, size, bits);
    }

    #[inline]
    fn write_coefficient(&mut self, at: usize, size: u8, bits: u16) {
        if self.visibility == Visibility::Hidden {
            return;
        }
        if size > self.components[self.component].bits_max[at] {
            self.is_suitable = false;
            return;
        }
        let zeros = at - self.last - 1;
        self.last = at;
        self.codes[usize::from(self.component > 0)].write_coefficient(&mut self.writer, zeros, size, bits);
    }
}

/// The number whose coding has these bits.
#[inline]
fn signed(size: u8, bits: u16) -> i32 {
    let bits = i32::from(bits);
    let is_negative = size > 0 && bits >> (size - 1) == 0;
    if is_negative { bits - (1 << size) + 1 } else { bits }
}

/// Whether an Adobe segment says that colours are coded as usual. Other programs use this marker too.
fn has_usual_colours(parameters: &[u8]) -> bool {
    !parameters.starts_with(b"Adobe") || parameters.get(11) == Some(&1)
}

/// The copy up to its scan.
fn header(frame: &Frame, tables: &[[u8; BLOCK]; COMPONENTS]) -> Vec<u8> {
    let mut jpeg = vec![0xff, SOI];
    let mut write_segment = |marker: u8, parameters: &[u8]| {
        jpeg.extend([0xff, marker]);
        jpeg.extend((parameters.len() as u16 + 2).to_be_bytes());
        jpeg.extend(parameters);
    };
    write_segment(JFIF, &JFIF_PARAMETERS);
    // A table has the number of the first component that uses it.
    let numbers = tables.each_ref().map(|table| tables.iter().position(|first| first == table).unwrap_or(0));
    for (component, table) in tables.iter().enumerate().filter(|(component, _)| numbers[*component] == *component) {
        write_segment(DQT, &[&[component as u8][..], table].concat());
    }
    let ([y1, y0], [x1, x0]) = (frame.height, frame.width);
    let [n1, n2, n3] = numbers.map(|number| number as u8);
    write_segment(BASELINE, &[8, y1, y0, x1, x0, 3, 1, frame.sampling, n1, 2, 0x11, n2, 3, 0x11, n3]);
    for parameters in huffman_codes::table_parameters() {
        write_segment(DHT, &parameters);
    }
    write_segment(SOS, &SCAN_PARAMETERS);
    jpeg
}

#[cfg(test)]
mod tests;
