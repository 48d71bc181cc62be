//! The photos' bytes, as files: one folder an order line, one file a photo.
//!
//! A photo that was acknowledged outlives a power cut: written beside, synced, renamed, folder synced, and only then
//! told to the database. No name on disk comes from a request: folders are named by a digest of the order line,
//! files by the digest of what was sent.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use damage_report_rules::evidence::Digest;
use tokio::sync::RwLock;

use crate::{photo, random};

/// The photo files of one data folder.
#[derive(Clone, Debug)]
pub struct PhotoStore {
    photos: PathBuf,
    incoming: PathBuf,
    /// Shared by whoever keeps photos, exclusive to whoever removes old ones: a photo that is sent again while it is
    /// removed would be acknowledged and gone.
    turns: Arc<RwLock<()>>,
}

impl PhotoStore {
    /// The photo files in the data folder `folder`. What an earlier run had not finished receiving is removed.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let store = Self { photos: folder.join("photos"), incoming: folder.join("incoming"), turns: Arc::default() };
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

    /// A turn at keeping photos, from the look at what is there until the row is committed. Many have one at once.
    pub async fn turn_to_keep(&self) -> impl Drop + use<> {
        Arc::clone(&self.turns).read_owned().await
    }

    /// A turn at removing photos, with their rows. Nobody keeps any meanwhile.
    pub async fn turn_to_remove(&self) -> impl Drop + use<> {
        Arc::clone(&self.turns).write_owned().await
    }

    /// Keeps `jpeg` as the photo of `order_line` called `digest`.
    ///
    /// # Errors
    ///
    /// Any error of the file system; nothing is kept then.
    pub async fn keep(&self, order_line: &str, digest: Digest, jpeg: Vec<u8>) -> io::Result<()> {
        let folder = self.folder(order_line);
        let photos = self.photos.clone();
        blocking(move || {
            if !folder.exists() {
                fs::create_dir_all(&folder)?;
                sync_folder(&photos)?;
            }
            let beside = Beside(folder.join(format!("{}.part", random::name())));
            let mut file = File::create_new(&beside.0)?;
            file.write_all(&jpeg)?;
            file.sync_all()?;
            fs::rename(&beside.0, folder.join(file_name(digest)))?;
            sync_folder(&folder)
        })
        .await
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

    /// Whether the photo of `order_line` called `digest` is there.
    pub async fn has(&self, order_line: &str, digest: Digest) -> bool {
        let path = self.path(order_line, digest);
        blocking(move || Ok(path.is_file())).await.unwrap_or(false)
    }

    /// Removes the photo of `order_line` called `digest`, if it is there.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove(&self, order_line: &str, digest: Digest) -> io::Result<()> {
        let path = self.path(order_line, digest);
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    /// Writes and removes a file, to see whether one can be written.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn probe(&self) -> io::Result<()> {
        let probe = Beside(self.incoming.join(format!("{}.probe", random::name())));
        blocking(move || File::create_new(&probe.0)?.write_all(b"probe")).await
    }

    fn folder(&self, order_line: &str) -> PathBuf {
        self.photos.join(photo::digest(order_line.as_bytes()).to_string())
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

fn file_name(digest: Digest) -> String {
    format!("{digest}.jpg")
}

/// Makes the names in `folder` outlive a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
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
        assert!(!store.has("other line", digest).await, "a photo belongs to one order line");
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
