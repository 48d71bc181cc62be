//! Photos as a phone takes them, made for the journeys: 12 megapixels, a few megabytes, turned by EXIF, with the
//! place where they were taken and the serial number of the camera.
//!
//! They are drawn, the same on every machine, and kept under `target/e2e/photos`. The pictures are drawn in
//! `photos/scene.rs`; the metadata of the camera is in `photos/camera.rs`.

mod camera;
mod scene;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    slice,
    sync::Mutex,
    thread,
};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use damage_report_rules::evidence::Subject;
use image::{ColorType, DynamicImage, ImageFormat, RgbImage};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

pub use self::{
    camera::{Orientation, secrets_in},
    scene::{CornerColours, Scene},
};
use crate::environment;

/// What 12 megapixels are on most phones: the longer and the shorter side.
const SIDES: (u32, u32) = (4000, 3000);

/// Journeys that run at once want the same photos: one makes them, the others wait.
static DARKROOM: Mutex<()> = Mutex::new(());

/// A photo on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFile {
    path: PathBuf,
}

/// How to take a photo.
struct Shot {
    name: &'static str,
    scene: Scene,
    orientation: Orientation,
    upright: bool,
}

/// The five photos of a report, in the order in which they are asked for.
const SHOTS: [Shot; 5] = [
    Shot { name: "packaging", scene: Scene::Packaging, orientation: Orientation::Normal, upright: false },
    Shot { name: "label", scene: Scene::Label, orientation: Orientation::TurnRight, upright: true },
    Shot { name: "device-front", scene: Scene::Front, orientation: Orientation::UpsideDown, upright: false },
    Shot { name: "device-corner", scene: Scene::Corner, orientation: Orientation::TurnLeft, upright: true },
    Shot { name: "device-back", scene: Scene::Back, orientation: Orientation::TurnRight, upright: true },
];

/// An entry of the catalogue of photos, good and hostile, that the backend is tested with.
#[derive(Clone, Debug, Deserialize)]
pub struct CataloguedPhoto {
    /// Its name there.
    pub file: String,
    /// `accept`, `reject` or `either`.
    pub expect: String,
    /// The code that the backend refuses it with, if it does.
    pub code: String,
}

impl CataloguedPhoto {
    /// All that are files to pick, in the order of the catalogue.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn all() -> Result<Vec<Self>> {
        let mut all: Vec<Self> = serde_json::from_slice(&fs::read(catalogue()?.join("manifest.json"))?)?;
        all.retain(|entry| PhotoFile::catalogued(&entry.file).is_ok());
        Ok(all)
    }
}

fn catalogue() -> Result<PathBuf> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/backend/tests/data/photos").canonicalize()?)
}

/// The photos of one report.
#[derive(Clone, Debug)]
pub struct Album {
    /// The packaging.
    pub packaging: PhotoFile,
    /// The shipping label.
    pub label: PhotoFile,
    /// The device, three times.
    pub device: [PhotoFile; 3],
}

impl Album {
    /// Five photos of 12 megapixels. The first time takes a few seconds.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn of_a_damaged_phone() -> Result<Self> {
        let folder = folder()?;
        let path = |shot: &Shot| folder.join(format!("{}.jpg", shot.name));
        {
            let _turn = DARKROOM.lock();
            let missing: Vec<&Shot> = SHOTS.iter().filter(|shot| !path(shot).is_file()).collect();
            thread::scope(|scope| {
                let work = missing.into_iter().map(|shot| scope.spawn(move || write_once(&path(shot), &shot.take()?)));
                let work: Vec<_> = work.collect();
                work.into_iter().try_for_each(|shot| shot.join().expect("taking a photo does not panic"))
            })?;
        }
        let [packaging, label, device @ ..] = SHOTS.each_ref().map(|shot| PhotoFile { path: path(shot) });
        Ok(Self { packaging, label, device })
    }

    /// Five small photos, for where it does not matter what they show.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn of_small_photos() -> Result<Self> {
        Self::of_plain_photos(800, 600)
    }

    /// Five photos of so many pixels.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn of_plain_photos(width: u32, height: u32) -> Result<Self> {
        let plain = |number| PhotoFile::plain(number, width, height);
        Ok(Self { packaging: plain(0)?, label: plain(1)?, device: [plain(2)?, plain(3)?, plain(4)?] })
    }

    /// Those of `subject`.
    #[must_use]
    pub fn of(&self, subject: Subject) -> &[PhotoFile] {
        match subject {
            Subject::Packaging => slice::from_ref(&self.packaging),
            Subject::Label => slice::from_ref(&self.label),
            Subject::Device => &self.device,
        }
    }

    /// All five, in the order in which they are asked for.
    pub fn all(&self) -> impl Iterator<Item = &PhotoFile> {
        [&self.packaging, &self.label].into_iter().chain(&self.device)
    }
}

impl PhotoFile {
    /// A small photo, quickly made, for where it does not matter what it shows; each `number` is another one.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn small(number: u8) -> Result<Self> {
        Self::plain(number, 800, 600)
    }

    /// The same with so many pixels. As it is sent, it has about a fifth of a byte for each.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn plain(number: u8, width: u32, height: u32) -> Result<Self> {
        let path = folder()?.join(format!("plain-{number}-{width}-{height}.jpg"));
        let _turn = DARKROOM.lock();
        if !path.is_file() {
            write_once(&path, &jpeg(&scene::plain_picture(number, width, height))?)?;
        }
        Ok(Self { path })
    }

    /// A file of these bytes that calls itself a photo.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let path = folder()?.join(format!("forged-{}.jpg", name_of(bytes)));
        write_once(&path, bytes)?;
        Ok(Self { path })
    }

    /// Half a gigabyte that begins as a film does. It takes no room on the disk.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn huge_film() -> Result<Self> {
        let film = Self::from_bytes(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41")?;
        let path = film.path.with_extension("mp4");
        fs::rename(&film.path, &path)?;
        File::options().write(true).open(&path)?.set_len(500 << 20)?;
        Ok(Self { path })
    }

    /// A file of the backend's catalogue of bad photos (`crates/backend/tests/data/photos`).
    ///
    /// # Errors
    ///
    /// When no file has this name.
    pub fn catalogued(name: &str) -> Result<Self> {
        let path = catalogue()?.join(name);
        ensure!(path.is_file(), "there is no {name} in the catalogue");
        Ok(Self { path })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its bytes.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        fs::read(&self.path).with_context(|| format!("{} cannot be read", self.path.display()))
    }
}

impl Shot {
    fn take(&self) -> Result<Vec<u8>> {
        let (width, height) = if self.upright { (SIDES.1, SIDES.0) } else { SIDES };
        let picture = scene::draw_scene(self.scene, width, height);
        let thumbnail = jpeg(&picture.thumbnail(320, 320).into_rgb8())?;
        // The sensor does not turn with the phone: what it writes has to be turned back by the viewer.
        let as_sensed = self.orientation.turn_as_sensed(picture).into_rgb8();
        camera::with_metadata(&jpeg(&as_sensed)?, self.orientation, &thumbnail)
    }
}

/// Where photos are kept from one run to the next, while the code that makes them stays as it is.
fn folder() -> Result<PathBuf> {
    let recipe = [include_str!("photos.rs"), include_str!("photos/camera.rs"), include_str!("photos/scene.rs")];
    let folder = environment::e2e_target_folder()?.join("photos").join(name_of(recipe.concat().as_bytes()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A short name for `bytes`, and for no others.
fn name_of(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..6])
}

/// Under its name only when it is whole: another run may be looking.
fn write_once(path: &Path, bytes: &[u8]) -> Result<()> {
    let partial = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path)?;
    Ok(())
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>> {
    let file = tempfile::Builder::new().suffix(".jpg").tempfile()?;
    // To a file, because that is the way which does not compile the encoder anew, without optimisation, for this crate.
    let (width, height) = picture.dimensions();
    image::save_buffer_with_format(file.path(), picture, width, height, ColorType::Rgb8, ImageFormat::Jpeg)?;
    Ok(fs::read(file.path())?)
}

/// Reads a picture as it is stored, without turning it.
///
/// # Errors
///
/// When it cannot be read.
pub fn decode_without_turning(jpeg: &[u8]) -> Result<DynamicImage> {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).context("it is not a JPEG that can be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_photos_of_a_report_are_those_of_a_phone() {
        for photo in Album::of_a_damaged_phone().unwrap().all() {
            let bytes = photo.bytes().unwrap();
            let megabytes = bytes.len() / 1_000_000;
            assert!((2..=7).contains(&megabytes), "{}: {} bytes", photo.path().display(), bytes.len());
            let picture = decode_without_turning(&bytes).unwrap();
            assert_eq!(picture.width() * picture.height(), 12_000_000);
            assert_eq!(secrets_in(&bytes).len(), 7, "{:?}", secrets_in(&bytes));
        }
    }

    #[test]
    fn four_ways_of_holding_a_phone_are_among_them() {
        let held = SHOTS.each_ref().map(|shot| shot.orientation);
        for orientation in Orientation::ALL {
            assert!(held.contains(&orientation), "{orientation:?}");
        }
    }

    #[test]
    fn turned_as_its_exif_says_each_photo_is_upright() {
        for (shot, photo) in SHOTS.iter().zip(Album::of_a_damaged_phone().unwrap().all()) {
            let sensed = decode_without_turning(&photo.bytes().unwrap()).unwrap();
            let upright = shot.orientation.turn_upright(sensed.clone());
            assert_eq!(CornerColours::of(&upright), CornerColours::UPRIGHT, "{}", shot.name);
            let is_turned = shot.orientation != Orientation::Normal;
            assert_eq!(CornerColours::of(&sensed) != CornerColours::UPRIGHT, is_turned, "{}", shot.name);
        }
    }
}
