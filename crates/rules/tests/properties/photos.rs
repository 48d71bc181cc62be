//! Heads of files: no input makes reading them panic.

use damage_report_rules::photo::{PhotoKind, is_too_large};
use proptest::prelude::*;

/// The beginnings of files that pass as photos, so that what follows is read on.
fn starts() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"\xff\xd8".to_vec()),
        Just(b"\xff\xd8\xff\xe1\0\x08Exif\0\0".to_vec()),
        Just(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        Just(b"RIFF\0\0\0\0WEBPVP8 ".to_vec()),
        Just(b"RIFF\0\0\0\0WEBPVP8L".to_vec()),
        Just(b"RIFF\0\0\0\0WEBPVP8X".to_vec()),
        Just(vec![]),
    ]
}

/// Bytes among which markers are common.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![3 => Just(0xff_u8), 2 => Just(0), 3 => 0xc0..=0xef_u8, 4 => any::<u8>()];
    prop::collection::vec(byte, 0..80)
}

proptest! {
    #[test]
    fn whatever_a_file_claims_it_is_read_without_harm(start in starts(), rest in bytes()) {
        let head = [start, rest].concat();
        for kind in [PhotoKind::Jpeg, PhotoKind::Png, PhotoKind::Webp] {
            if let Some((width, height)) = kind.dimensions(&head) {
                prop_assert!(width > 0 && height > 0);
                let _ = is_too_large(width, height);
            }
        }
    }

    #[test]
    fn a_size_that_is_told_is_told_of_the_longer_head_too(start in starts(), rest in bytes(), cut in 0..100_usize) {
        let head = [start, rest].concat();
        for kind in [PhotoKind::Jpeg, PhotoKind::Png, PhotoKind::Webp] {
            let told = kind.dimensions(&head[..cut.min(head.len())]);
            prop_assert!(told.is_none() || told == kind.dimensions(&head));
        }
    }

    #[test]
    fn no_size_overflows(width in any::<u32>(), height in any::<u32>()) {
        prop_assert_eq!(is_too_large(width, height), is_too_large(height, width));
    }
}
