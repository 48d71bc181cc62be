//! The border between reading a JPEG and using its contents: the reader tells what it reads, and does not decode it.

/// Receives the segments and the blocks of a JPEG in the order of the file.
///
/// A progressive picture has no blocks to tell: each of its scans has only some bits of them.
pub(super) trait JpegSink {
    /// A segment, by its marker and its parameters. That of a scan comes before its blocks.
    fn segment(&mut self, _marker: u8, _parameters: &[u8]) {}

    /// A block of the component at the place `component` of the frame begins. Blocks that only fill the last MCU of a row or a
    /// column are hidden.
    fn begin_block(&mut self, _component: usize, _visibility: Visibility) {}

    /// The difference of its first coefficient to that of the block of this component before, as coded: `bits` of length `size`.
    fn dc_difference(&mut self, _size: u8, _bits: u16) {}

    /// The coefficient at the place `at` of the block, in zigzag order. Those that are not told are zero.
    fn ac_coefficient(&mut self, _at: usize, _size: u8, _bits: u16) {}

    /// The block ends in a code that the standard does not define. Decoders differ in what they make of it.
    fn undefined_code(&mut self) {}

    /// The block has ended.
    fn end_block(&mut self) {}

    /// Differences count from zero again.
    fn restart(&mut self) {}
}

/// Whether any pixel of a block is in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    /// At least one is.
    Visible,
    /// None is: the block fills an MCU at the edge.
    Hidden,
}

/// Reads without using the contents.
pub(super) struct Ignored;

impl JpegSink for Ignored {}
