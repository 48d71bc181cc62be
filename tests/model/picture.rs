//! The pictures that the customer can pick, and the digests of what the browser makes of them.

use damage_report_rules::evidence::Digest;

use crate::disk::Bytes;

/// How many pictures there are to pick.
pub(crate) const PICTURES: u8 = 8;

/// The one among them that cannot be read.
pub(crate) const UNREADABLE: u8 = 7;

/// The digest of a processed photo.
pub(crate) fn name_of(Bytes { picture, generation }: Bytes) -> Digest {
    let mut name = [0; 32];
    (name[0], name[1]) = (picture, generation);
    Digest::new(name)
}

/// The picture on the photo of this name.
pub(crate) fn picture_of(name: Digest) -> u8 {
    u8::from_str_radix(&name.to_string()[..2], 16).unwrap()
}
