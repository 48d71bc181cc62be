//! Names and small operations on the files of photos.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use damage_report_rules::evidence::Digest;

use crate::digest::sha256;

/// A file that is removed unless it was renamed to its final name.
#[derive(Debug)]
pub(crate) struct TempFile(pub(crate) PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        // After the rename there is no such file, and the error means just that.
        let _ = fs::remove_file(&self.0);
    }
}

/// The name of the folder of `order_line`.
#[must_use]
pub fn folder_name(order_line: &str) -> String {
    sha256(order_line.as_bytes()).to_string()
}

/// The file name of the photo called `digest`.
pub(crate) fn file_name(digest: Digest) -> String {
    format!("{digest}.jpg")
}

/// The names in `folder`; none when it is not there. All names that this backend writes are UTF-8.
pub(super) fn file_names_in(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Removes `folder` if it is there and empty.
pub(super) fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => Err(error),
        _ => Ok(()),
    }
}

/// Removes `folder` with its files, if it is there.
pub(super) fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Syncs `folder`, so that the names in it survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Runs `work` outside the async threads.
pub(super) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
