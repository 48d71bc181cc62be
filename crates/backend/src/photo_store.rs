//! The photos' files: one folder for each order line, one file for each photo.
//!
//! An acknowledged photo survives a power cut: its file is written under another name, synced and renamed, the folder is synced,
//! and only then is the row committed. No name on disk comes from a request: a folder is named by a digest of the order line,
//! a file by the digest of the bytes that were sent.

mod files;
mod known_folders;
mod locks;
mod orphans;

use std::{
    fs::{self, File, Metadata},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use damage_report_rules::evidence::Digest;
use sha2::{Digest as _, Sha256};

pub(crate) use self::files::{TempFile, file_name, sync_folder};
pub use self::{files::folder_name, known_folders::KnownFolders};
use self::{
    files::{remove_folder, remove_if_empty, run_blocking},
    locks::StripedLocks,
};
use crate::{digest::sha256, random};

/// The folder of the photos in the data folder.
pub(crate) const PHOTOS: &str = "photos";

/// The order line of a [probe](PhotoStore::check_writable). Real identifiers are never empty.
const NO_ORDER_LINE: &str = "";

/// The photo files of one data folder.
#[derive(Clone, Debug)]
pub struct PhotoStore {
    photos: PathBuf,
    incoming: PathBuf,
    locks: StripedLocks,
}

/// Length and time of a file when it was written. A file with the same stamp is assumed to be unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// Its length in bytes.
    pub bytes: u64,
    /// Nanoseconds since 1970, by the file system's clock.
    pub at: i64,
}

impl FileStamp {
    /// The stamp of `file`.
    ///
    /// # Errors
    ///
    /// Where the file system stores no time.
    pub fn of(file: &Metadata) -> io::Result<Self> {
        let at = file.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { bytes: file.len(), at: i64::try_from(at.as_nanos()).unwrap_or(i64::MAX) })
    }
}

/// The file of a photo, as its row describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoFile {
    /// The photo's name: the digest of the bytes that were sent.
    pub name: Digest,
    /// The digest of the clean copy in the file.
    pub stored: Digest,
    /// The stamp of the file, if it is known.
    pub stamp: Option<FileStamp>,
}

impl PhotoStore {
    /// The photo files in the data folder `folder`. Files that an earlier run had not received in full are removed.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let store =
            Self { photos: folder.join(PHOTOS), incoming: folder.join("incoming"), locks: StripedLocks::default() };
        fs::create_dir_all(&store.photos)?;
        if store.incoming.exists() {
            fs::remove_dir_all(&store.incoming)?;
        }
        fs::create_dir_all(&store.incoming)?;
        sync_folder(folder)?;
        Ok(store)
    }

    /// The folder for uploads in progress.
    #[must_use]
    pub fn incoming_folder(&self) -> &Path {
        &self.incoming
    }

    /// Locks the photos of `order_line` for an upload: from the check of the rows until the new row is committed. Uploads share the
    /// lock.
    pub async fn lock_shared(&self, order_line: &str) -> impl Drop + use<> {
        self.locks.lock_shared(order_line).await
    }

    /// Locks the photos of `order_line` for a removal of files and rows. No upload runs meanwhile.
    pub async fn lock_exclusive(&self, order_line: &str) -> impl Drop + use<> {
        self.locks.lock_exclusive(order_line).await
    }

    /// Locks all photos. No upload and no other removal runs meanwhile.
    pub async fn lock_all(&self) -> Vec<impl Drop + use<>> {
        self.locks.lock_all().await
    }

    /// Writes `jpeg` as the photo of `order_line` called `digest`. The caller holds the shared lock.
    ///
    /// # Errors
    ///
    /// Any error of the file system. The file may exist all the same: [`remove`](Self::remove) it if it has no row.
    pub async fn write(&self, order_line: &str, digest: Digest, jpeg: Vec<u8>) -> io::Result<FileStamp> {
        let folder = self.folder(order_line);
        let photos = self.photos.clone();
        run_blocking(move || {
            fs::create_dir_all(&folder)?;
            // Also for an existing folder: the upload that created it may not have synced it yet.
            sync_folder(&photos)?;
            let temp = TempFile(folder.join(format!("{}.part", random::random_id())));
            let mut file = File::create_new(&temp.0)?;
            file.write_all(&jpeg)?;
            file.sync_all()?;
            let stamp = FileStamp::of(&file.metadata()?)?;
            fs::rename(&temp.0, folder.join(file_name(digest)))?;
            sync_folder(&folder)?;
            Ok(stamp)
        })
        .await
    }

    /// Opens the photo of `order_line` called `digest`, if its bytes have the digest `stored`. The check reads piece by piece, so
    /// that concurrent downloads do not hold whole photos in memory.
    ///
    /// # Errors
    ///
    /// Any error of the file system, `NotFound` when it is not there.
    pub async fn open_verified(&self, order_line: &str, digest: Digest, stored: Digest) -> io::Result<Option<File>> {
        let path = self.path(order_line, digest);
        run_blocking(move || open_verified(&path, stored)).await
    }

    /// Opens the photo of `order_line` called `digest`, if it is there and its bytes have the digest `stored`: outside the async
    /// threads.
    ///
    /// # Errors
    ///
    /// Any error of the file system, but where the file is not there.
    pub(crate) fn open_verified_blocking(
        &self,
        order_line: &str,
        digest: Digest,
        stored: Digest,
    ) -> io::Result<Option<File>> {
        match open_verified(&self.path(order_line, digest), stored) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened,
        }
    }

    /// Reads the photo of `order_line` called `digest`.
    ///
    /// # Errors
    ///
    /// Any error of the file system, `NotFound` when it is not there.
    pub async fn read(&self, order_line: &str, digest: Digest) -> io::Result<Vec<u8>> {
        let path = self.path(order_line, digest);
        run_blocking(move || fs::read(path)).await
    }

    /// The names of the intact files among `files` of `order_line`. A file with its stamp counts as intact unread; any other is
    /// compared with its digest.
    pub async fn intact_photos(&self, order_line: &str, files: Vec<PhotoFile>) -> Vec<Digest> {
        if files.is_empty() {
            return Vec::new();
        }
        let folder = self.folder(order_line);
        run_blocking(move || {
            let intact = files.iter().filter(|file| is_intact(&folder, file));
            Ok(intact.map(|file| file.name).collect())
        })
        .await
        .unwrap_or_default()
    }

    /// Removes the photo of `order_line` called `digest`, if it is there, and the folder with the last photo. The caller holds the
    /// exclusive lock.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove(&self, order_line: &str, digest: Digest) -> io::Result<()> {
        let folder = self.folder(order_line);
        run_blocking(move || {
            match fs::remove_file(folder.join(file_name(digest))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            remove_if_empty(&folder)
        })
        .await
    }

    /// Removes every photo of `order_line`, and its folder. The caller holds the exclusive lock.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_all(&self, order_line: &str) -> io::Result<()> {
        let (folder, photos) = (self.folder(order_line), self.photos.clone());
        run_blocking(move || {
            remove_folder(&folder)?;
            // Synced, so that a power cut does not bring erased photos back.
            sync_folder(&photos)
        })
        .await
    }

    /// Receives, stores and removes a small file in the way of a photo, to check that a photo can be stored.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn check_writable(&self) -> io::Result<()> {
        let received = TempFile(self.incoming.join(format!("{}.probe", random::random_id())));
        run_blocking(move || File::create_new(&received.0)?.write_all(b"probe")).await?;
        let _lock = self.lock_shared(NO_ORDER_LINE).await;
        let name = sha256(b"probe");
        let written = self.write(NO_ORDER_LINE, name, b"probe".to_vec()).await;
        let removed = self.remove(NO_ORDER_LINE, name).await;
        written.and(removed)
    }

    fn folder(&self, order_line: &str) -> PathBuf {
        self.photos.join(folder_name(order_line))
    }

    fn path(&self, order_line: &str, digest: Digest) -> PathBuf {
        self.folder(order_line).join(file_name(digest))
    }
}

fn is_intact(folder: &Path, file: &PhotoFile) -> bool {
    let path = folder.join(file_name(file.name));
    let Ok(metadata) = fs::metadata(&path) else { return false };
    let is_unchanged = file.stamp.is_some() && FileStamp::of(&metadata).ok() == file.stamp;
    is_unchanged || open_verified(&path, file.stored).is_ok_and(|file| file.is_some())
}

/// Opens the file at `path` at its beginning, if its bytes have the digest `stored`.
fn open_verified(path: &Path, stored: Digest) -> io::Result<Option<File>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    file.rewind()?;
    Ok(Some(file).filter(|_| Digest::new(hasher.finalize().into()) == stored))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stored_photo_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = PhotoStore::open(folder.path()).unwrap();
        let digest = Digest::new([1; 32]);
        store.write("line", digest, b"bytes".to_vec()).await.unwrap();
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
        store.write("../../outside", Digest::new([1; 32]), b"bytes".to_vec()).await.unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_photo_that_was_half_received_is_gone_after_a_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = PhotoStore::open(folder.path()).unwrap();
        fs::write(store.incoming_folder().join("x.part"), b"half").unwrap();
        PhotoStore::open(folder.path()).unwrap();
        assert_eq!(fs::read_dir(store.incoming_folder()).unwrap().count(), 0);
    }
}
