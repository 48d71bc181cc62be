//! Whether all of a JPEG's pixels are there. This reads the Huffman codes (ITU-T T.81, annexes F and G) without decoding them.
//!
//! Decoders tolerate missing data: they show grey, or the last colour, and call that a success. A file that a broken connection
//! cut, that a memory card filled with zeros, or to which a repair tool added an end looks complete from outside.

mod bits;

use damage_report_rules::photo::is_accepted_size;

pub(super) use self::bits::BrokenData;
use self::bits::{BitReader, HuffmanTable};
use super::jpeg_sink::{JpegSink, Visibility};

/// The number of coefficients in a block.
const BLOCK: usize = 64;

/// The scans of a frame, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Scans {
    is_progressive: bool,
    components: Vec<Component>,
    /// The number of MCUs in a scan of all components, across and down.
    mcus: (usize, usize),
    tables: [[Option<HuffmanTable>; 4]; 2],
    restart_interval: usize,
}

#[derive(Debug)]
struct Component {
    id: u8,
    /// The number of blocks in an MCU, across and down.
    sampling: (usize, usize),
    /// The number of blocks in a scan of this component alone, across and down.
    blocks: (usize, usize),
    /// How many bits of each coefficient are still missing; none before its first scan.
    missing_bits: [Option<u8>; BLOCK],
    /// In a progressive frame, a bit for each coefficient of each block that is not zero so far.
    nonzero: Vec<u64>,
}

/// The coefficients that a scan reads of one component, and its tables.
struct Band<'a> {
    first: usize,
    last: usize,
    refines: bool,
    dc: Option<&'a HuffmanTable>,
    ac: Option<&'a HuffmanTable>,
}

/// The header of a scan.
struct ScanHeader {
    members: Vec<Member>,
    /// The first coefficient that it reads.
    first: usize,
    /// The last coefficient that it reads.
    last: usize,
    /// The bit before which an earlier scan stopped; 0 in the first scan of these coefficients.
    high: u8,
    /// The bit before which this scan stops.
    low: u8,
}

/// A component of a scan, and the numbers of its tables.
struct Member {
    component: usize,
    dc: usize,
    ac: usize,
}

impl Scans {
    /// Reads a `frame` segment; none where it is invalid, or the picture is larger than any that is decoded.
    pub(super) fn begin_frame(&mut self, frame: &[u8], is_progressive: bool) -> Option<()> {
        let [_, y1, y0, x1, x0, count, parts @ ..] = frame else { return None };
        let [height, width] = [[*y1, *y0], [*x1, *x0]].map(u16::from_be_bytes);
        let (parts, []) = parts.as_chunks::<3>() else { return None };
        if parts.len() != usize::from(*count)
            || !(1..=4).contains(&parts.len())
            || !is_accepted_size(width.into(), height.into())
        {
            return None;
        }
        let samplings = parts.iter().map(|[_, sampling, _]| (usize::from(sampling >> 4), usize::from(sampling & 15)));
        let (across, down) = samplings.clone().fold((0, 0), |(h, v), (across, down)| (h.max(across), v.max(down)));
        if samplings.clone().any(|(h, v)| !(1..=4).contains(&h) || !(1..=4).contains(&v)) {
            return None;
        }
        let (width, height) = (usize::from(width), usize::from(height));
        let mcus = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        let components = parts.iter().zip(samplings).map(|([id, ..], (h, v))| Component {
            id: *id,
            sampling: (h, v),
            blocks: ((width * h).div_ceil(across).div_ceil(8), (height * v).div_ceil(down).div_ceil(8)),
            missing_bits: [None; BLOCK],
            nonzero: if is_progressive { vec![0; mcus.0 * h * mcus.1 * v] } else { vec![] },
        });
        (self.components, self.mcus, self.is_progressive) = (components.collect(), mcus, is_progressive);
        Some(())
    }

    /// Reads the tables of a DHT segment.
    pub(super) fn read_huffman_tables(&mut self, mut segment: &[u8]) -> Option<()> {
        while let [which, rest @ ..] = segment {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (values, rest) = rest.split_at_checked(length)?;
            let slot = self.tables.get_mut(usize::from(which >> 4))?.get_mut(usize::from(which & 15))?;
            *slot = Some(HuffmanTable::new(counts, values)?);
            segment = rest;
        }
        Some(())
    }

    /// Reads a DRI segment.
    pub(super) fn read_restart_interval(&mut self, segment: &[u8]) -> Option<()> {
        self.restart_interval = u16::from_be_bytes(segment.try_into().ok()?).into();
        Some(())
    }

    /// Whether every bit of every coefficient was read.
    pub(super) fn are_complete(&self) -> bool {
        !self.components.is_empty()
            && self.components.iter().all(|component| component.missing_bits.iter().all(|bits| *bits == Some(0)))
    }

    /// Reads the scan whose header is `segment` and whose data begins at `at`. Tells `sink` its blocks, and returns where it ends.
    ///
    /// # Errors
    ///
    /// [`BrokenData`] when the data ends before the last block, or is filled with zeros.
    pub(super) fn read_scan(
        &mut self,
        segment: &[u8],
        bytes: &[u8],
        at: usize,
        sink: &mut impl JpegSink,
    ) -> Result<usize, BrokenData> {
        let header = self.header(segment)?;
        let mut bits = BitReader::new(bytes, at);
        let (wide, tall) = match header.members[..] {
            [] => return Err(BrokenData),
            [Member { component, .. }] => self.components[component].blocks,
            _ => self.mcus,
        };
        let mut before_restart = self.restart_interval;
        let mut run = 0;
        for row in 0..tall {
            for column in 0..wide {
                if self.restart_interval > 0 && before_restart == 0 {
                    bits.pass_restart_marker()?;
                    sink.restart();
                    (before_restart, run) = (self.restart_interval, 0);
                }
                before_restart = before_restart.wrapping_sub(1);
                self.read_mcu(&header, (column, row), &mut bits, &mut run, sink)?;
                if bits.is_exhausted() {
                    return Err(BrokenData);
                }
            }
        }
        for member in header.members {
            self.components[member.component].missing_bits[header.first..=header.last].fill(Some(header.low));
        }
        bits.end_position()
    }

    /// Reads the blocks of the MCU in this column and row.
    #[inline]
    fn read_mcu(
        &mut self,
        header: &ScanHeader,
        (column, row): (usize, usize),
        bits: &mut BitReader<'_>,
        run: &mut u32,
        sink: &mut impl JpegSink,
    ) -> Result<(), BrokenData> {
        for member in &header.members {
            let band = Band {
                first: header.first,
                last: header.last,
                refines: header.high > 0,
                dc: self.tables[0].get(member.dc).and_then(Option::as_ref),
                ac: self.tables[1].get(member.ac).and_then(Option::as_ref),
            };
            let component = &mut self.components[member.component];
            let (h, v) = if header.members.len() == 1 { (1, 1) } else { component.sampling };
            for block in 0..h * v {
                let (x, y) = (column * h + block % h, row * v + block / h);
                if self.is_progressive {
                    let place = y * self.mcus.0 * component.sampling.0 + x;
                    band.read(bits, component.nonzero.get_mut(place).ok_or(BrokenData)?, run)?;
                } else {
                    let is_visible = x < component.blocks.0 && y < component.blocks.1;
                    let visibility = if is_visible { Visibility::Visible } else { Visibility::Hidden };
                    sink.begin_block(member.component, visibility);
                    band.read_whole(bits, sink)?;
                    sink.end_block();
                }
            }
        }
        Ok(())
    }

    /// Reads the header of a scan.
    fn header(&self, segment: &[u8]) -> Result<ScanHeader, BrokenData> {
        let [count, rest @ ..] = segment else { return Err(BrokenData) };
        let (parts, rest) = rest.split_at_checked(usize::from(*count) * 2).ok_or(BrokenData)?;
        let &[first, last, bits] = rest else { return Err(BrokenData) };
        let (first, last) = if self.is_progressive { (usize::from(first), usize::from(last)) } else { (0, BLOCK - 1) };
        let (high, low) = if self.is_progressive { (bits >> 4, bits & 15) } else { (0, 0) };
        // A progressive scan reads either DC or AC coefficients, and AC coefficients of one component only.
        let is_mixed = first == 0 && last > 0 && self.is_progressive;
        if first > last || last >= BLOCK || is_mixed || first > 0 && *count != 1 {
            return Err(BrokenData);
        }
        let mut members = vec![];
        for &[id, tables] in parts.as_chunks::<2>().0 {
            let component = self.components.iter().position(|component| component.id == id).ok_or(BrokenData)?;
            members.push(Member { component, dc: usize::from(tables >> 4), ac: usize::from(tables & 15) });
        }
        Ok(ScanHeader { members, first, last, high, low })
    }
}

impl Band<'_> {
    /// Reads a block of a baseline scan, which has all coefficients.
    #[inline]
    fn read_whole(&self, bits: &mut BitReader<'_>, sink: &mut impl JpegSink) -> Result<(), BrokenData> {
        let size = bits.next_code(self.dc.ok_or(BrokenData)?)?.min(16);
        sink.dc_difference(size, bits.take_bits(size));
        let codes = self.ac.ok_or(BrokenData)?;
        let mut at = 1;
        while at < BLOCK {
            let code = bits.next_code(codes)?;
            let (zeros, size) = (usize::from(code >> 4), code & 15);
            if size > 0 {
                at += zeros;
                if at >= BLOCK {
                    return Err(BrokenData);
                }
                sink.ac_coefficient(at, size, bits.take_bits(size));
                at += 1;
            } else if zeros == 15 && at + 16 < BLOCK {
                at += 16;
            } else {
                if zeros > 0 {
                    sink.undefined_code();
                }
                break;
            }
        }
        Ok(())
    }

    /// Reads the band of a block in a progressive scan; `nonzero` has a bit for each of the block's coefficients. `run` counts the
    /// blocks that are empty in this band.
    #[inline]
    fn read(&self, bits: &mut BitReader<'_>, nonzero: &mut u64, run: &mut u32) -> Result<(), BrokenData> {
        let mut at = self.first;
        if at == 0 {
            if self.refines {
                bits.take_bits(1);
            } else {
                let size = bits.next_code(self.dc.ok_or(BrokenData)?)?;
                bits.take_bits(size.min(16));
            }
            at = 1;
        }
        if self.refines {
            return self.refine(bits, at, nonzero, run);
        }
        if at <= self.last && *run > 0 {
            *run -= 1;
            return Ok(());
        }
        while at <= self.last {
            let code = bits.next_code(self.ac.ok_or(BrokenData)?)?;
            let (zeros, size) = (usize::from(code >> 4), code & 15);
            if size > 0 {
                bits.take_bits(size);
                at += zeros;
                *nonzero |= 1_u64.checked_shl(at as u32).ok_or(BrokenData)?;
                at += 1;
            } else if zeros == 15 {
                at += 16;
            } else {
                // The end of this block and of the blocks after it.
                *run = (1 << zeros) - 1 + u32::from(bits.take_bits(zeros as u8));
                break;
            }
        }
        Ok(())
    }

    /// Reads one more bit of each nonzero coefficient, and the coefficients that become nonzero.
    fn refine(
        &self,
        bits: &mut BitReader<'_>,
        mut at: usize,
        nonzero: &mut u64,
        run: &mut u32,
    ) -> Result<(), BrokenData> {
        while at <= self.last && *run == 0 {
            let code = bits.next_code(self.ac.ok_or(BrokenData)?)?;
            let (mut zeros, size) = (code >> 4, code & 15);
            if size > 0 {
                bits.take_bits(1);
            } else if zeros < 15 {
                *run = (1 << zeros) + u32::from(bits.take_bits(zeros));
                break;
            }
            while at <= self.last {
                if *nonzero >> at & 1 == 1 {
                    bits.take_bits(1);
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if size > 0 && at <= self.last {
                *nonzero |= 1 << at;
            }
            at += 1;
        }
        if *run > 0 && self.last > 0 {
            for _ in (at..=self.last).filter(|at| *nonzero >> at & 1 == 1) {
                bits.take_bits(1);
            }
            *run -= 1;
        }
        Ok(())
    }
}
