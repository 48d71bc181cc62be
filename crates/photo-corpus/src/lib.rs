//! Picture files as phones, editors, messengers and accidents produce them, each with the right answer: shown in full and upright,
//! or refused.
//!
//! All are generated here, the same on every machine, so that the backend and the widget in three engines are tested with the same
//! bytes. The code under test decides which files are accepted; this crate only says what is right.

pub mod exif;
mod icc;
mod jpeg;
mod png;
mod sample;
mod samples;
mod scene;
mod webp;

pub use self::{
    sample::{ExpectedOutcome, Sample},
    samples::all,
    scene::Scene,
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_more_than_two_hundred_and_no_two_are_alike() {
        let all = all();
        assert!(all.len() > 250, "{}", all.len());
        assert_eq!(all.iter().map(|sample| &sample.name).collect::<HashSet<_>>().len(), all.len(), "names");
        assert_eq!(all.iter().map(|sample| &sample.bytes).collect::<HashSet<_>>().len(), all.len(), "files");
        assert!(all.iter().all(|sample| sample.bytes.len() < 1_000_000), "they are small");
    }

    #[test]
    fn they_are_the_same_each_time() {
        assert!(all().iter().zip(&all()).all(|(one, other)| one.bytes == other.bytes));
    }

    #[test]
    fn a_picture_that_lies_or_lacks_a_part_is_not_taken_for_the_right_one() {
        let whole = all().into_iter().find(|sample| sample.name == "jpeg, 4:2:0").unwrap();
        let picture = image::load_from_memory(&whole.bytes).unwrap();
        let png = |picture: &image::DynamicImage| {
            let mut bytes = std::io::Cursor::new(vec![]);
            picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
            bytes.into_inner()
        };
        assert_eq!(whole.check_outcome(Some(&png(&picture))), Ok(()));
        let mut half = picture.to_rgb8();
        (0..half.width()).for_each(|x| {
            (half.height() * 9 / 10..half.height()).for_each(|y| half.put_pixel(x, y, image::Rgb([255; 3])))
        });
        for wrong in [picture.rotate180(), picture.fliph(), picture.rotate90(), image::DynamicImage::ImageRgb8(half)] {
            assert!(whole.check_outcome(Some(&png(&wrong))).is_err());
        }
        assert!(whole.check_outcome(None).is_err());
    }
}
