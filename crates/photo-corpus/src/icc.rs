//! Colour profiles, and pictures in their colours.

use image::RgbaImage;
use moxcms::{ColorProfile, Layout, TransformOptions};

/// Display P3, as phones write it.
pub(crate) fn display_p3() -> ColorProfile {
    ColorProfile::new_display_p3()
}

/// Adobe RGB, as cameras write it.
pub(crate) fn adobe_rgb() -> ColorProfile {
    ColorProfile::new_adobe_rgb()
}

/// A profile in which red and green have changed places: without it the picture looks completely different.
pub(crate) fn swapped_red_green() -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    std::mem::swap(&mut profile.red_colorant, &mut profile.green_colorant);
    profile
}

/// The bytes of a profile.
pub(crate) fn profile_bytes(profile: &ColorProfile) -> Vec<u8> {
    let mut bytes = profile.encode().expect("a profile of matrix and curves can be written");
    // When it was made (ICC.1:2022, 7.2.8), which is now each time.
    bytes[24..36].fill(0);
    // Its length (7.2.2) is a multiple of four (7.1.2): libpng leaves out a profile where it is not.
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let length = (bytes.len() as u32).to_be_bytes();
    bytes[..4].copy_from_slice(&length);
    bytes
}

/// `picture`, which is in sRGB, in the colours of `profile`.
pub(crate) fn convert_to_profile(picture: &mut RgbaImage, profile: &ColorProfile) {
    convert(picture, &ColorProfile::new_srgb(), profile);
}

/// `picture`, which is in the colours of a profile, in sRGB. One that cannot be read changes nothing.
pub(crate) fn convert_to_srgb(picture: &mut RgbaImage, profile: &[u8]) {
    if let Ok(profile) = ColorProfile::new_from_slice(profile)
        && profile.color_space == moxcms::DataColorSpace::Rgb
    {
        convert(picture, &profile, &ColorProfile::new_srgb());
    }
}

fn convert(picture: &mut RgbaImage, from: &ColorProfile, to: &ColorProfile) {
    let transform = from.create_transform_8bit(Layout::Rgba, to, Layout::Rgba, TransformOptions::default());
    let before = picture.as_raw().clone();
    let converted = transform.map(|transform| transform.transform(&before, picture));
    converted.expect("both have matrix and curves").expect("both have the same length");
}
