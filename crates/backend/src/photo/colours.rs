//! Converts pictures to sRGB, and puts transparent ones on white.
//!
//! The clean copy has no colour profile, so the colours are converted before the profile is dropped. A profile that cannot be
//! read, or that does not fit the picture's channels, is ignored.

use image::{DynamicImage, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Every so many levels of each channel are compared to recognise sRGB: they include black and white.
const SAMPLE_STEP: usize = 15;

/// `picture`, whose colours are those of `profile` if there is one, as browsers show it on a white page.
#[must_use]
pub fn to_srgb_on_white(picture: DynamicImage, profile: Option<&[u8]>) -> RgbImage {
    let profile = profile.and_then(|bytes| ColorProfile::new_from_slice(bytes).ok());
    let (has_alpha, has_colours) = (picture.color().has_alpha(), picture.color().has_color());
    let space = if has_colours { DataColorSpace::Rgb } else { DataColorSpace::Gray };
    let profile = profile.filter(|profile| profile.color_space == space);
    if has_alpha {
        let (width, height) = (picture.width(), picture.height());
        let mut pixels = picture.into_rgba8().into_raw();
        convert::<4>(&mut pixels, width, profile.as_ref(), Layout::Rgba);
        return on_white(pixels, width, height);
    }
    let mut picture = picture.into_rgb8();
    let width = picture.width();
    convert::<3>(&mut picture, width, profile.as_ref(), Layout::Rgb);
    picture
}

/// Whether `profile` is that of sRGB: it changes no colour by more than rounding does.
pub(super) fn is_srgb(profile: &[u8]) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return false };
    if profile.color_space != DataColorSpace::Rgb {
        return false;
    }
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default());
    let Ok(transform) = transform else { return false };
    let levels = || (0..=255).step_by(SAMPLE_STEP);
    let colours = levels().flat_map(|r| levels().flat_map(move |g| levels().flat_map(move |b| [r, g, b])));
    let colours: Vec<u8> = colours.collect();
    let mut converted = vec![0; colours.len()];
    let is_converted = transform.transform(&colours, &mut converted).is_ok();
    is_converted && colours.iter().zip(&converted).all(|(level, converted)| level.abs_diff(*converted) <= 1)
}

/// Converts row by row, because a second picture would take as much memory again.
fn convert<const CHANNELS: usize>(pixels: &mut [u8], width: u32, profile: Option<&ColorProfile>, layout: Layout) {
    let Some(profile) = profile else { return };
    let is_grey = profile.color_space == DataColorSpace::Gray;
    let from = if is_grey { Layout::Gray } else { layout };
    // A grey transform returns no alpha, so the old alpha stays.
    let to = if is_grey { Layout::Rgb } else { layout };
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()) else { return };
    let mut converted = vec![0; width as usize * if is_grey { 3 } else { CHANNELS }];
    for row in pixels.chunks_exact_mut(width as usize * CHANNELS) {
        let as_read: Vec<u8> = if is_grey { row.iter().step_by(CHANNELS).copied().collect() } else { row.to_vec() };
        if transform.transform(&as_read, &mut converted).is_err() {
            return;
        }
        if is_grey {
            for (pixel, rgb) in row.chunks_exact_mut(CHANNELS).zip(converted.chunks_exact(3)) {
                pixel[..3].copy_from_slice(rgb);
            }
        } else {
            row.copy_from_slice(&converted);
        }
    }
}

/// Blends RGBA pixels with white, in place.
fn on_white(mut pixels: Vec<u8>, width: u32, height: u32) -> RgbImage {
    let count = pixels.len() / 4;
    for n in 0..count {
        let alpha = u32::from(pixels[n * 4 + 3]);
        for channel in 0..3 {
            let level = u32::from(pixels[n * 4 + channel]);
            pixels[n * 3 + channel] = ((level * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
    pixels.truncate(count * 3);
    RgbImage::from_raw(width, height, pixels).unwrap_or_else(|| RgbImage::new(width, height))
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, GrayImage, LumaA, Rgb, Rgba, RgbaImage};

    use super::*;

    #[test]
    fn what_is_see_through_becomes_white_and_what_is_half_of_it_half() {
        let mut picture = RgbaImage::from_pixel(3, 1, Rgba([200, 100, 0, 255]));
        picture.put_pixel(1, 0, Rgba([200, 100, 0, 0]));
        picture.put_pixel(2, 0, Rgba([200, 100, 0, 127]));
        let seen = to_srgb_on_white(picture.into(), None);
        assert_eq!(seen.into_raw(), [200, 100, 0, 255, 255, 255, 228, 178, 128]);
        let grey = GrayAlphaImage::from_pixel(1, 1, LumaA([0, 0]));
        assert_eq!(to_srgb_on_white(grey.into(), None).into_raw(), [255; 3]);
    }

    #[test]
    fn the_profile_of_srgb_is_told_from_others_by_its_colours() {
        let gamma = moxcms::ToneReprCurve::Parametric(vec![2.2]);
        let mut near = ColorProfile::new_srgb();
        near.cicp = None;
        (near.red_trc, near.green_trc, near.blue_trc) = (Some(gamma.clone()), Some(gamma.clone()), Some(gamma));
        let bytes = |profile: ColorProfile| profile.encode().unwrap();
        assert!(is_srgb(&bytes(ColorProfile::new_srgb())));
        let others = [near, ColorProfile::new_display_p3(), ColorProfile::new_adobe_rgb()].map(bytes);
        assert!(others.iter().all(|profile| !is_srgb(profile)));
        assert!(!is_srgb(&bytes(ColorProfile::new_gray_with_gamma(1.0))) && !is_srgb(b"no profile") && !is_srgb(b""));
    }

    #[test]
    fn colours_of_a_profile_are_converted_and_of_a_profile_that_does_not_fit_are_not() {
        let (p3, grey) = (ColorProfile::new_display_p3(), ColorProfile::new_gray_with_gamma(1.0));
        let [p3, grey] = [p3, grey].map(|profile| profile.encode().unwrap());
        let red = RgbImage::from_pixel(2, 2, Rgb([197, 54, 46]));
        let Rgb(seen) = *to_srgb_on_white(red.clone().into(), Some(&p3)).get_pixel(1, 1);
        assert!(seen.iter().zip([214, 36, 36]).all(|(seen, right)| seen.abs_diff(right) < 4), "{seen:?}");
        for profile in [&grey[..], b"no profile", b""] {
            assert_eq!(to_srgb_on_white(red.clone().into(), Some(profile)), red);
        }
        // Linear light of a half is 188 in sRGB.
        let half = to_srgb_on_white(GrayImage::from_pixel(2, 2, image::Luma([128])).into(), Some(&grey));
        assert!(half.get_pixel(0, 1).0.iter().all(|level| level.abs_diff(188) < 3), "{half:?}");
    }
}
