//! Entropy-coded data, written bit by bit (ITU-T T.81, F.1.2.3).

/// Writes bits after the bytes that it begins with.
pub(super) struct ScanWriter {
    bytes: Vec<u8>,
    /// The bits that are not yet in `bytes`, the last one lowest.
    buffer: u64,
    /// The number of bits in the buffer: fewer than 32 between two calls.
    count: u32,
}

impl ScanWriter {
    /// A writer that continues `bytes`.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, buffer: 0, count: 0 }
    }

    /// The number of whole bytes so far, but for those in the buffer.
    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Writes the lowest `count` of `bits`, at most 32. Higher bits must be zero.
    #[inline]
    pub(super) fn write(&mut self, bits: u32, count: u32) {
        self.buffer = self.buffer << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            self.write_word((self.buffer >> self.count) as u32);
        }
    }

    /// Writes four bytes, with a zero after each that would begin a marker.
    #[inline]
    fn write_word(&mut self, word: u32) {
        // The lowest bit of a byte that is all ones lends to the highest.
        let has_ff = (!word).wrapping_sub(0x0101_0101) & word & 0x8080_8080 != 0;
        if has_ff {
            word.to_be_bytes().into_iter().for_each(|byte| self.write_byte(byte));
        } else {
            self.bytes.extend_from_slice(&word.to_be_bytes());
        }
    }

    fn write_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }

    /// The bytes, the last one filled with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let padding = self.count.next_multiple_of(8) - self.count;
        self.write((1 << padding) - 1, padding);
        while self.count > 0 {
            self.count -= 8;
            self.write_byte((self.buffer >> self.count) as u8);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bits: &[(u32, u32)]) -> Vec<u8> {
        let mut writer = ScanWriter::new(vec![7]);
        bits.iter().for_each(|&(bits, count)| writer.write(bits, count));
        writer.finish()
    }

    #[test]
    fn bits_follow_one_another_and_ones_fill_the_last_byte() {
        assert_eq!(written(&[]), [7]);
        assert_eq!(written(&[(0b101, 3)]), [7, 0b1011_1111]);
        assert_eq!(written(&[(1, 1), (0, 6), (0x1234_5678, 31), (0, 2)]), [7, 0x80, 0x48, 0xd1, 0x59, 0xe0]);
        assert_eq!(written(&[(0x0102_0304, 32), (0x0506, 16)]), [7, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_zero_follows_every_byte_of_ones_wherever_it_comes() {
        for place in 0..6 {
            let bytes: Vec<u8> = (0..6).map(|at| if at == place { 0xff } else { 0xfe - at }).collect();
            let bits: Vec<(u32, u32)> = bytes.iter().map(|byte| (u32::from(*byte), 8)).collect();
            let stuffed: Vec<u8> =
                bytes.iter().flat_map(|&byte| [&[byte], &[0][..usize::from(byte == 0xff)]].concat()).collect();
            assert_eq!(written(&bits)[1..], stuffed);
        }
        assert_eq!(written(&[(0xffff_ffff, 32)]), [7, 255, 0, 255, 0, 255, 0, 255, 0]);
        assert_eq!(written(&[(0x7f, 7)]), [7, 255, 0]);
    }
}
