//! The cost of advice on a photo, as a share of the cost of decoding the processed photo: both natively, in turns, in one run.

use std::{hint::black_box, io::Cursor, time::Instant};

use anyhow::{Result, ensure};
use damage_report::photos::advice::{PhotoAnalysis, analyse};
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};

/// As many as a claim may have: each is judged, and compared with all before it.
const PHOTOS: usize = 12;

/// How many times both are measured.
const ROUNDS: usize = 21;

/// The most that it may be. It is less to a customer, whose browser decodes the whole photo and encodes the print besides.
pub(crate) const SHARE_MAX: f64 = 0.25;

/// The size of a processed photo.
const PROCESSED: (u32, u32) = (2048, 1536);

/// The size of the grey copy that is judged.
const COPY: (usize, usize) = (320, 240);

/// The share: the median of all rounds.
///
/// # Errors
///
/// When what is measured does not do what it is measured for.
pub(crate) fn advice_cost_share() -> Result<f64> {
    let copies: Vec<_> = (0..PHOTOS).map(|n| textured(n, COPY)).collect();
    let mut jpeg = Cursor::new(vec![]);
    let (width, height) = PROCESSED;
    let grey = textured(0, (width as usize, height as usize));
    let pixels: Vec<u8> = grey.iter().flat_map(|light| [*light, 255 - light, light / 2]).collect();
    JpegEncoder::new_with_quality(&mut jpeg, 85).encode(&pixels, width, height, ExtendedColorType::Rgb8)?;
    let mut shares = vec![];
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut analyses: Vec<PhotoAnalysis> = vec![];
        for copy in &copies {
            let analysis = analyse(black_box(copy), COPY.0, COPY.1, PROCESSED);
            ensure!(!analyses.iter().any(|other| analysis.is_like(other)), "photos that differ are called alike");
            analyses.push(analysis);
        }
        let advised = begun.elapsed() / PHOTOS as u32;
        let begun = Instant::now();
        black_box(image::load_from_memory(black_box(jpeg.get_ref()))?);
        shares.push(advised.as_secs_f64() / begun.elapsed().as_secs_f64());
    }
    shares.sort_by(f64::total_cmp);
    Ok(shares[ROUNDS / 2])
}

/// Photo `n` in grey: squares of many greys and a little noise, others in each photo. It has more edges than photos have.
fn textured(n: usize, (width, height): (usize, usize)) -> Vec<u8> {
    let side = width / 10;
    let square = |x: usize, y: usize| (x * (73 + n * 17) + y * (151 + n * 29) + x * y * (n + 3)) % 200;
    let noise = |at: usize| at.wrapping_mul(2_654_435_761 + n) >> 7 & 7;
    let grey = |at: usize| square(at % width / side, at / width / side) + noise(at) + 25;
    (0..width * height).map(|at| grey(at) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_comes_of_it() {
        let share = advice_cost_share().unwrap();
        println!("{:.1} %", share * 100.0);
        assert!(share.is_finite() && share > 0.0);
    }
}
