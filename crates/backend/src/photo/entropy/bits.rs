//! The bits of entropy-coded data, and the Huffman codes in them (ITU-T T.81, annex F).

/// No encoder writes a longer run of zero bytes at the end of a scan.
const ZEROS_MAX: usize = 8;

/// Data is missing, or is not a valid code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::photo) struct BrokenData;

/// Entropy-coded data, bit by bit. At its end, and at a marker, it is padded with zeros, which must not be used.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
    buffer: u64,
    /// The number of bits in the buffer.
    count: u32,
    /// The number of padding bits that were added.
    padding: u32,
}

impl<'a> BitReader<'a> {
    /// The bits of `bytes` from `at` on.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, buffer: 0, count: 0, padding: 0 }
    }

    /// Whether padding was read: the data ended too early.
    pub(super) fn is_exhausted(&self) -> bool {
        self.padding > self.count
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xff), Some(0)) => {
                    self.at += 2;
                    0xff
                }
                (Some(0xff), _) | (None, _) => {
                    self.padding += 8;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    #[inline]
    pub(super) fn take_bits(&mut self, count: u8) -> u16 {
        if self.count < 16 {
            self.fill();
        }
        let count = u32::from(count);
        // Two shifts, because a shift by all 64 bits overflows.
        let value = (self.buffer >> 1 >> (63 - count)) as u16;
        self.buffer <<= count;
        self.count -= count;
        value
    }

    #[inline]
    pub(super) fn next_code(&mut self, codes: &HuffmanTable) -> Result<u8, BrokenData> {
        if self.count < 16 {
            self.fill();
        }
        let next = (self.buffer >> 48) as u16;
        let (length, value) = codes.find(next).ok_or(BrokenData)?;
        self.buffer <<= length;
        self.count -= length;
        Ok(value)
    }

    /// Continues after a restart marker, which must come next.
    pub(super) fn pass_restart_marker(&mut self) -> Result<(), BrokenData> {
        let at = self.end_position()?;
        if !matches!(self.bytes.get(at..at + 2), Some([0xff, 0xd0..=0xd7])) {
            return Err(BrokenData);
        }
        (self.at, self.buffer, self.count, self.padding) = (at + 2, 0, 0, 0);
        Ok(())
    }

    /// The position of the next marker, or the end of the bytes. Cameras leave a few bytes before it. If the last blocks were read
    /// from zeros and more zeros follow, the picture is missing.
    pub(super) fn end_position(&self) -> Result<usize, BrokenData> {
        // Bits that are in the buffer but not used belong to the rest.
        let unread = (self.count - self.padding.min(self.count)) as usize / 8;
        let used = self.at - unread.min(self.at);
        let rest = &self.bytes[used..];
        let is_marker = |pair: &[u8]| pair[0] == 0xff && pair[1] != 0;
        let gap = rest.windows(2).position(is_marker).unwrap_or(rest.len());
        // A single 0xff at the very end may be half of a marker.
        let gap = if gap == rest.len() && rest.ends_with(&[0xff]) { gap - 1 } else { gap };
        let before = &self.bytes[used.saturating_sub(ZEROS_MAX)..used];
        let is_zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
        if gap > 0 && is_zero(before) && is_zero(&rest[..gap]) { Err(BrokenData) } else { Ok(used + gap) }
    }
}

/// A Huffman table: codes of up to 16 bits.
#[derive(Debug)]
pub(super) struct HuffmanTable {
    /// For every value of the next nine bits: the length of the code and its value; 0 for a longer code.
    short: Box<[u16; 512]>,
    /// For each length: the first 16-bit value beyond its codes, and the offset from a code to its index in `values`.
    longer: [(u32, i32); 17],
    values: Vec<u8>,
}

impl HuffmanTable {
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let mut codes = Self { short: Box::new([0; 512]), longer: [(0, 0); 17], values: values.to_vec() };
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, count) in (1..=16).zip(counts) {
            codes.longer[length].1 = place as i32 - code as i32;
            for _ in 0..*count {
                if code >> length != 0 {
                    return None;
                }
                if length <= 9 {
                    let from = (code << (9 - length)) as usize;
                    codes.short[from..from + (1 << (9 - length))].fill((length << 8) as u16 | u16::from(values[place]));
                }
                (code, place) = (code + 1, place + 1);
            }
            codes.longer[length].0 = code << (16 - length);
            code <<= 1;
        }
        Some(codes)
    }

    #[inline]
    fn find(&self, next: u16) -> Option<(u32, u8)> {
        let short = self.short[usize::from(next >> 7)];
        if short != 0 {
            return Some((u32::from(short >> 8), short as u8));
        }
        let length = (10..=16).find(|length| u32::from(next) < self.longer[*length].0)?;
        let code = i32::from(next >> (16 - length));
        let value = self.values.get(usize::try_from(code + self.longer[length].1).ok()?)?;
        Some((length as u32, *value))
    }
}
