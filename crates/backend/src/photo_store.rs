//! The photos' bytes, as files: one folder an order line, one file a photo.
//!
//! A photo that was acknowledged outlives a power cut: written beside, synced, renamed, folder synced, and only then
//! told to the database. No name on disk comes from a request: folders are named by a digest of the order line,
//! files by the digest of what was sent.

mod strays;
mod turns;

use std::{
    fs::{self, File, Metadata},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use damage_report_rules::evidence::Digest;
use sha2::{Digest as _, Sha256};

pub use self::strays::KnownFolders;
use self::turns::Turns;
use crate::{photo, random};

/// The folder of the photos in the data folder.
pub(crate) const PHOTOS: &str = "photos";

/// Stands for an order line in a [probe](PhotoStore::probe). No order line is called so: a name in an address has a character.
const NO_ORDER_LINE: &str = "";

/// The photo files of one data folder.
#[derive(Clone, Debug)]
pub struct PhotoStore {
    photos: PathBuf,
    incoming: PathBuf,
    turns: Turns,
}

/// How a file was when it was written: its length, and when that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its length in bytes.
    pub bytes: u64,
    /// Nanoseconds since 1970, by the file system's clock.
    pub at: i64,
}

impl Written {
    /// How `file` was written.
    ///
    /// # Errors
    ///
    /// Where the file system does not note when.
    pub fn of(file: &Metadata) -> io::Result<Self> {
        let at = file.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { bytes: file.len(), at: i64::try_from(at.as_nanos()).unwrap_or(i64::MAX) })
    }
}

/// What is known of the clean copy of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanCopy {
    /// The photo's name: the digest of what was sent.
    pub name: Digest,
    /// The digest of the copy.
    pub stored: Digest,
    /// How its file was written, if that was noted.
    pub written: Option<Written>,
}

impl PhotoStore {
    /// The photo files in the data folder `folder`. What an earlier run had not finished receiving is removed.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let store = Self { photos: folder.join(PHOTOS), incoming: folder.join("incoming"), turns: Turns::default() };
        fs::create_dir_all(&store.photos)?;
        if store.incoming.exists() {
            fs::remove_dir_all(&store.incoming)?;
        }
        fs::create_dir_all(&store.incoming)?;
        sync_folder(folder)?;
        Ok(store)
    }

    /// The folder for bytes that are still arriving.
    #[must_use]
    pub fn incoming(&self) -> &Path {
        &self.incoming
    }

    /// A turn at keeping photos of `order_line`, from the look at what is there until the row is committed. Many have
    /// one at once.
    pub async fn turn_to_keep(&self, order_line: &str) -> impl Drop + use<> {
        self.turns.to_keep(order_line).await
    }

    /// A turn at removing photos of `order_line`, with their rows. Nobody keeps any of it meanwhile.
    pub async fn turn_to_remove(&self, order_line: &str) -> impl Drop + use<> {
        self.turns.to_remove(order_line).await
    }

    /// A turn at removing any photos, with their rows. Nobody keeps any meanwhile.
    pub async fn turn_to_remove_any(&self) -> Vec<impl Drop + use<>> {
        self.turns.to_remove_any().await
    }

    /// Keeps `jpeg` as the photo of `order_line` called `digest`. Have a turn to keep.
    ///
    /// # Errors
    ///
    /// Any error of the file system. The file may be there all the same: [`remove`](Self::remove) it where no row knows it.
    pub async fn keep(&self, order_line: &str, digest: Digest, jpeg: Vec<u8>) -> io::Result<Written> {
        let folder = self.folder(order_line);
        let photos = self.photos.clone();
        blocking(move || {
            fs::create_dir_all(&folder)?;
            // Also where the folder was there: whoever made it may not have come as far as this.
            sync_folder(&photos)?;
            let beside = Beside(folder.join(format!("{}.part", random::name())));
            let mut file = File::create_new(&beside.0)?;
            file.write_all(&jpeg)?;
            file.sync_all()?;
            let written = Written::of(&file.metadata()?)?;
            fs::rename(&beside.0, folder.join(file_name(digest)))?;
            sync_folder(&folder)?;
            Ok(written)
        })
        .await
    }

    /// The file of the photo of `order_line` called `digest`, once it is seen that its bytes are those of the digest `stored`;
    /// nothing where they are not. It is read piece by piece: readers must not add up to photos in memory.
    ///
    /// # Errors
    ///
    /// Any error of the file system, `NotFound` when it is not there.
    pub async fn looked_through(&self, order_line: &str, digest: Digest, stored: Digest) -> io::Result<Option<File>> {
        let path = self.path(order_line, digest);
        blocking(move || open_whole(&path, stored)).await
    }

    /// The photo of `order_line` called `digest`.
    ///
    /// # Errors
    ///
    /// Any error of the file system, `NotFound` when it is not there.
    pub async fn read(&self, order_line: &str, digest: Digest) -> io::Result<Vec<u8>> {
        let path = self.path(order_line, digest);
        blocking(move || fs::read(path)).await
    }

    /// The names of those of `copies` of `order_line` that are there and whole. One whose file is as it was written is not
    /// read; any other is held against its digest.
    pub async fn whole(&self, order_line: &str, copies: Vec<CleanCopy>) -> Vec<Digest> {
        if copies.is_empty() {
            return Vec::new();
        }
        let folder = self.folder(order_line);
        blocking(move || {
            let whole = copies.iter().filter(|copy| is_whole(&folder, copy));
            Ok(whole.map(|copy| copy.name).collect())
        })
        .await
        .unwrap_or_default()
    }

    /// Removes the photo of `order_line` called `digest`, if it is there, and the folder with the last one. Have a turn to
    /// remove.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove(&self, order_line: &str, digest: Digest) -> io::Result<()> {
        let folder = self.folder(order_line);
        blocking(move || {
            match fs::remove_file(folder.join(file_name(digest))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            remove_if_empty(&folder)
        })
        .await
    }

    /// Removes every photo of `order_line`, and its folder. Have a turn to remove.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_all(&self, order_line: &str) -> io::Result<()> {
        let (folder, photos) = (self.folder(order_line), self.photos.clone());
        blocking(move || {
            remove_folder(&folder)?;
            // What was erased does not come back with the power.
            sync_folder(&photos)
        })
        .await
    }

    /// Receives, keeps and removes a file as it is done with a photo, to see whether one can be kept.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn probe(&self) -> io::Result<()> {
        let received = Beside(self.incoming.join(format!("{}.probe", random::name())));
        blocking(move || File::create_new(&received.0)?.write_all(b"probe")).await?;
        let _turn = self.turn_to_keep(NO_ORDER_LINE).await;
        let name = photo::digest(b"probe");
        let kept = self.keep(NO_ORDER_LINE, name, b"probe".to_vec()).await;
        let removed = self.remove(NO_ORDER_LINE, name).await;
        kept.and(removed)
    }

    fn folder(&self, order_line: &str) -> PathBuf {
        self.photos.join(folder_name(order_line))
    }

    fn path(&self, order_line: &str, digest: Digest) -> PathBuf {
        self.folder(order_line).join(file_name(digest))
    }
}

/// A file on its way to its name; removed when it does not get there.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // After the rename there is nothing here any more, which is as it should be.
        let _ = fs::remove_file(&self.0);
    }
}

/// What the folder of `order_line` is called.
pub fn folder_name(order_line: &str) -> String {
    photo::digest(order_line.as_bytes()).to_string()
}

/// The name of the file of the photo called `digest`.
pub(crate) fn file_name(digest: Digest) -> String {
    format!("{digest}.jpg")
}

fn is_whole(folder: &Path, copy: &CleanCopy) -> bool {
    let path = folder.join(file_name(copy.name));
    let Ok(file) = fs::metadata(&path) else { return false };
    let is_as_written = copy.written.is_some() && Written::of(&file).ok() == copy.written;
    is_as_written || open_whole(&path, copy.stored).is_ok_and(|file| file.is_some())
}

/// The file at `path`, to be read from its beginning, if its bytes have the digest `stored`.
fn open_whole(path: &Path, stored: Digest) -> io::Result<Option<File>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    file.rewind()?;
    Ok(Some(file).filter(|_| Digest::new(hasher.finalize().into()) == stored))
}

fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => Err(error),
        _ => Ok(()),
    }
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the names in `folder` outlive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_kept_photo_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = PhotoStore::open(folder.path()).unwrap();
        let digest = Digest::new([1; 32]);
        store.keep("line", digest, b"bytes".to_vec()).await.unwrap();
        assert_eq!(store.read("line", digest).await.unwrap(), b"bytes");
        let elsewhere = store.read("other line", digest).await;
        assert!(
            elsewhere.is_err_and(|error| error.kind() == io::ErrorKind::NotFound),
            "a photo belongs to one order line"
        );
    }

    #[tokio::test]
    async fn no_order_line_names_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let store = PhotoStore::open(&folder.path().join("data")).map_err(|error| error.kind());
        let store = store.or_else(|_| {
            fs::create_dir(folder.path().join("data"))?;
            PhotoStore::open(&folder.path().join("data"))
        });
        let store = store.unwrap();
        store.keep("../../outside", Digest::new([1; 32]), b"bytes".to_vec()).await.unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_left_half_received_is_gone_after_a_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = PhotoStore::open(folder.path()).unwrap();
        fs::write(store.incoming().join("x.part"), b"half").unwrap();
        PhotoStore::open(folder.path()).unwrap();
        assert_eq!(fs::read_dir(store.incoming()).unwrap().count(), 0);
    }
}
