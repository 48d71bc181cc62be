//! Picture files as phones, editors, messengers and bad luck write them, each with the right answer: shown whole and
//! upright, or refused.
//!
//! All are made here, the same on every machine, so that the backend and the widget in three engines can be asked about
//! the very same bytes. Nothing here decides what is taken: that is for the code under test.

pub mod exif;
mod icc;
mod jpeg;
mod png;
mod samples;
mod scene;
mod webp;

pub use self::{samples::all, scene::Scene};

/// A file, and what is right for it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it is, in a few words; no two have the same.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What is right.
    pub right: Right,
}

/// What is to become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// It is taken, and stands as this scene does.
    Shown(Scene),
    /// It is refused.
    Refused,
    /// It is refused, or taken and stands as this scene does.
    Either(Scene),
}

impl Sample {
    /// What is wrong with `outcome`: the picture that was made of the file (JPEG, or PNG or WebP that names a way up), or
    /// nothing where it was refused.
    ///
    /// # Errors
    ///
    /// When it is not what is right; the message names the sample and says what was seen.
    pub fn judge(&self, outcome: Option<&[u8]>) -> Result<(), String> {
        let told = |what: String| format!("{}: {what}", self.name);
        match (self.right, outcome) {
            (Right::Refused, None) | (Right::Either(_), None) => Ok(()),
            (Right::Refused, Some(_)) => Err(told("it was taken".to_owned())),
            (Right::Shown(_), None) => Err(told("it was refused".to_owned())),
            (Right::Shown(scene) | Right::Either(scene), Some(picture)) => scene.compare(picture).map_err(told),
        }
    }
}

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
        assert_eq!(whole.judge(Some(&png(&picture))), Ok(()));
        let mut half = picture.to_rgb8();
        (0..half.width()).for_each(|x| {
            (half.height() * 9 / 10..half.height()).for_each(|y| half.put_pixel(x, y, image::Rgb([255; 3])))
        });
        for wrong in [picture.rotate180(), picture.fliph(), picture.rotate90(), image::DynamicImage::ImageRgb8(half)] {
            assert!(whole.judge(Some(&png(&wrong))).is_err());
        }
        assert!(whole.judge(None).is_err());
    }
}
