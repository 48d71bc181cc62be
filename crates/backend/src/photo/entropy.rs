//! Whether all of a JPEG's pixels are there, told from its Huffman codes (ITU-T T.81, annexes F and G) without making
//! anything of them.
//!
//! Decoders forgive what is missing: they show grey, or the colour that they had last, and call that a success. A file cut by
//! a broken line, filled up with zeros by a card, or given an end again by a program that mends, looks whole from outside.

use damage_report_rules::photo::is_taken;

/// The coefficients of a block.
const BLOCK: usize = 64;
/// Longer rows of zeros do not come about by themselves at the end of a scan.
const ZEROS: usize = 8;

/// A frame's scans, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct Scans {
    is_progressive: bool,
    components: Vec<Component>,
    /// The MCUs of a scan of all components, across and down.
    mcus: (usize, usize),
    tables: [[Option<Codes>; 4]; 2],
    restart_interval: usize,
}

#[derive(Debug)]
struct Component {
    id: u8,
    /// Blocks in an MCU, across and down.
    sampling: (usize, usize),
    /// Blocks that it needs where it has a scan of its own, across and down.
    blocks: (usize, usize),
    /// How many bits each coefficient still lacks; none was read where there is nothing.
    lacks: [Option<u8>; BLOCK],
    /// Of a progressive frame, which coefficients of each block are not zero so far.
    known: Vec<u64>,
}

/// What a scan reads.
struct Pass<'a> {
    first: usize,
    last: usize,
    refines: bool,
    dc: Option<&'a Codes>,
    ac: Option<&'a Codes>,
}

/// Something is missing, or is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl Scans {
    /// Takes in a `frame` segment; nothing where it is none, or larger than anything that is decoded.
    pub(super) fn begin(&mut self, frame: &[u8], is_progressive: bool) -> Option<()> {
        let [_, y1, y0, x1, x0, count, parts @ ..] = frame else { return None };
        let [height, width] = [[*y1, *y0], [*x1, *x0]].map(u16::from_be_bytes);
        let (parts, []) = parts.as_chunks::<3>() else { return None };
        if parts.len() != usize::from(*count)
            || !(1..=4).contains(&parts.len())
            || !is_taken(width.into(), height.into())
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
            lacks: [None; BLOCK],
            known: if is_progressive { vec![0; mcus.0 * h * mcus.1 * v] } else { vec![] },
        });
        (self.components, self.mcus, self.is_progressive) = (components.collect(), mcus, is_progressive);
        Some(())
    }

    /// Takes in the tables of a DHT segment.
    pub(super) fn define(&mut self, mut segment: &[u8]) -> Option<()> {
        while let [which, rest @ ..] = segment {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (values, rest) = rest.split_at_checked(length)?;
            let slot = self.tables.get_mut(usize::from(which >> 4))?.get_mut(usize::from(which & 15))?;
            *slot = Some(Codes::new(counts, values)?);
            segment = rest;
        }
        Some(())
    }

    /// Takes in a DRI segment.
    pub(super) fn restart(&mut self, segment: &[u8]) -> Option<()> {
        self.restart_interval = u16::from_be_bytes(segment.try_into().ok()?).into();
        Some(())
    }

    /// Whether every coefficient of every block was read.
    pub(super) fn are_complete(&self) -> bool {
        !self.components.is_empty()
            && self.components.iter().all(|component| component.lacks.iter().all(|lacks| *lacks == Some(0)))
    }

    /// Reads the scan whose header is `segment` and whose data begins at `at`. Gives where it ends.
    ///
    /// # Errors
    ///
    /// [`Broken`] when the data ends before the last block, or goes on with nothing.
    pub(super) fn read(&mut self, segment: &[u8], bytes: &[u8], at: usize) -> Result<usize, Broken> {
        let [count, rest @ ..] = segment else { return Err(Broken) };
        let (parts, rest) = rest.split_at_checked(usize::from(*count) * 2).ok_or(Broken)?;
        let &[first, last, bits] = rest else { return Err(Broken) };
        let (first, last) = if self.is_progressive { (usize::from(first), usize::from(last)) } else { (0, BLOCK - 1) };
        let (high, low) = if self.is_progressive { (bits >> 4, bits & 15) } else { (0, 0) };
        // What a progressive scan of several components reads is DC alone.
        let is_mixed = first == 0 && last > 0 && self.is_progressive;
        if first > last || last >= BLOCK || is_mixed || first > 0 && *count != 1 {
            return Err(Broken);
        }
        let mut members = vec![];
        for &[id, tables] in parts.as_chunks::<2>().0 {
            let index = self.components.iter().position(|component| component.id == id).ok_or(Broken)?;
            members.push((index, usize::from(tables >> 4), usize::from(tables & 15)));
        }
        let mut bits = Bits { bytes, at, held: 0, count: 0, lent: 0 };
        let alone = members.len() == 1;
        let (wide, tall) = match members[..] {
            [] => return Err(Broken),
            [(index, ..)] => self.components[index].blocks,
            _ => self.mcus,
        };
        let mut before_restart = self.restart_interval;
        let mut run = 0;
        for mcu in 0..wide * tall {
            if self.restart_interval > 0 && before_restart == 0 {
                bits.restart()?;
                (before_restart, run) = (self.restart_interval, 0);
            }
            before_restart = before_restart.wrapping_sub(1);
            for &(index, dc, ac) in &members {
                let pass = Pass {
                    first,
                    last,
                    refines: high > 0,
                    dc: self.tables[0].get(dc).and_then(Option::as_ref),
                    ac: self.tables[1].get(ac).and_then(Option::as_ref),
                };
                let component = &mut self.components[index];
                let (h, v) = if alone { (1, 1) } else { component.sampling };
                let stride = self.mcus.0 * component.sampling.0;
                for block in 0..h * v {
                    let place = (mcu / wide * v + block / h) * stride + mcu % wide * h + block % h;
                    let mut none = 0;
                    let known = component.known.get_mut(place).unwrap_or(&mut none);
                    pass.read(&mut bits, known, &mut run)?;
                }
            }
            if bits.lent > bits.count {
                return Err(Broken);
            }
        }
        for (index, ..) in members {
            self.components[index].lacks[first..=last].fill(Some(low));
        }
        bits.end()
    }
}

impl Pass<'_> {
    /// Reads a block, of which `known` says what is not zero. `run` counts the blocks that have nothing more of this band.
    #[inline]
    fn read(&self, bits: &mut Bits<'_>, known: &mut u64, run: &mut u32) -> Result<(), Broken> {
        let mut at = self.first;
        if at == 0 {
            if self.refines {
                bits.take(1);
            } else {
                let size = bits.code(self.dc.ok_or(Broken)?)?;
                bits.take(size.min(16));
            }
            at = 1;
        }
        if self.refines {
            return self.refine(bits, at, known, run);
        }
        if at <= self.last && *run > 0 {
            *run -= 1;
            return Ok(());
        }
        while at <= self.last {
            let code = bits.code(self.ac.ok_or(Broken)?)?;
            let (zeros, size) = (usize::from(code >> 4), code & 15);
            if size > 0 {
                bits.take(size);
                at += zeros;
                *known |= 1_u64.checked_shl(at as u32).ok_or(Broken)?;
                at += 1;
            } else if zeros == 15 {
                at += 16;
            } else {
                // The end of the block, and in a progressive scan of those after it.
                if self.first > 0 {
                    *run = (1 << zeros) - 1 + u32::from(bits.take(zeros as u8));
                }
                break;
            }
        }
        Ok(())
    }

    /// A bit more of what is known, and what becomes known by it.
    fn refine(&self, bits: &mut Bits<'_>, mut at: usize, known: &mut u64, run: &mut u32) -> Result<(), Broken> {
        while at <= self.last && *run == 0 {
            let code = bits.code(self.ac.ok_or(Broken)?)?;
            let (mut zeros, size) = (code >> 4, code & 15);
            if size > 0 {
                bits.take(1);
            } else if zeros < 15 {
                *run = (1 << zeros) + u32::from(bits.take(zeros));
                break;
            }
            while at <= self.last {
                if *known >> at & 1 == 1 {
                    bits.take(1);
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if size > 0 && at <= self.last {
                *known |= 1 << at;
            }
            at += 1;
        }
        if *run > 0 && self.last > 0 {
            for _ in (at..=self.last).filter(|at| *known >> at & 1 == 1) {
                bits.take(1);
            }
            *run -= 1;
        }
        Ok(())
    }
}

/// Entropy-coded data, bit by bit. At its end, and at a marker, it lends zeros, of which nothing may be used.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    lent: u32,
}

impl Bits<'_> {
    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xff), Some(0)) => {
                    self.at += 2;
                    0xff
                }
                (Some(0xff), _) | (None, _) => {
                    self.lent += 8;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    #[inline]
    fn take(&mut self, count: u8) -> u16 {
        if self.count < 16 {
            self.fill();
        }
        let count = u32::from(count);
        // By two steps, because a shift by all of its bits is none.
        let taken = (self.held >> 1 >> (63 - count)) as u16;
        self.held <<= count;
        self.count -= count;
        taken
    }

    #[inline]
    fn code(&mut self, codes: &Codes) -> Result<u8, Broken> {
        if self.count < 16 {
            self.fill();
        }
        let next = (self.held >> 48) as u16;
        let (length, value) = codes.find(next).ok_or(Broken)?;
        self.held <<= length;
        self.count -= length;
        Ok(value)
    }

    /// Goes on behind a restart marker, which must come next.
    fn restart(&mut self) -> Result<(), Broken> {
        let at = self.end()?;
        if !matches!(self.bytes.get(at..at + 2), Some([0xff, 0xd0..=0xd7])) {
            return Err(Broken);
        }
        (self.at, self.held, self.count, self.lent) = (at + 2, 0, 0, 0);
        Ok(())
    }

    /// Where the next marker stands, or the end of the bytes. Cameras leave a few bytes before it; where the last blocks were
    /// read from zeros and more of them follow, there was no picture.
    fn end(&self) -> Result<usize, Broken> {
        // What was filled in and is not used was read too early.
        let unread = (self.count - self.lent.min(self.count)) as usize / 8;
        let used = self.at - unread.min(self.at);
        let rest = &self.bytes[used..];
        let is_marker = |pair: &[u8]| pair[0] == 0xff && pair[1] != 0;
        let left = rest.windows(2).position(is_marker).unwrap_or(rest.len());
        // A single byte at the very end may be half of a marker.
        let left = if left == rest.len() && rest.ends_with(&[0xff]) { left - 1 } else { left };
        let before = &self.bytes[used.saturating_sub(ZEROS)..used];
        let is_zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
        if left > 0 && is_zero(before) && is_zero(&rest[..left]) { Err(Broken) } else { Ok(used + left) }
    }
}

/// Codes of up to 16 bits.
#[derive(Debug)]
struct Codes {
    /// By the next nine bits: how long the code is and what it says; 0 where it is longer.
    short: Box<[u16; 512]>,
    /// For each length, the first value of 16 bits that is no longer such a code, and what to add to a code for its place.
    longer: [(u32, i32); 17],
    values: Vec<u8>,
}

impl Codes {
    fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
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
