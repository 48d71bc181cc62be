//! The photos' bytes, as files: one folder an order line, one file a photo.
//!
//! A photo that was acknowledged outlives a power cut: written beside, synced, renamed, folder synced, and only then
//! told to the database. No name on disk comes from a request: folders are named by a digest of the order line,
//! files by the digest of what was sent.

use std::{
    collections::HashSet,
    fs::{self, File},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use damage_report_rules::evidence::Digest;
use sha2::{Digest as _, Sha256};
use tokio::sync::RwLock;

use crate::{photo, random};

/// How many turns there are, over which the order lines are spread: with the few photos that are at work at once, two
/// customers seldom share one, and who does waits for a photo or two.
const TURNS: usize = 64;

/// The folder of the photos in the data folder.
pub(crate) const PHOTOS: &str = "photos";

/// The photo files of one data folder.
#[derive(Clone, Debug)]
pub struct PhotoStore {
    photos: PathBuf,
    incoming: PathBuf,
    /// Shared by whoever keeps photos, exclusive to whoever removes some: a photo that is sent again while it is
    /// removed would be acknowledged and gone. Which of them is an order line's, its identifier says.
    turns: Arc<[Arc<RwLock<()>>]>,
}

impl PhotoStore {
    /// The photo files in the data folder `folder`. What an earlier run had not finished receiving is removed.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let turns = (0..TURNS).map(|_| Arc::default()).collect();
        let store = Self { photos: folder.join(PHOTOS), incoming: folder.join("incoming"), turns };
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
        Arc::clone(self.turn(order_line)).read_owned().await
    }

    /// A turn at removing photos of `order_line`, with their rows. Nobody keeps any of it meanwhile.
    pub async fn turn_to_remove(&self, order_line: &str) -> impl Drop + use<> {
        Arc::clone(self.turn(order_line)).write_owned().await
    }

    /// A turn at removing any photos, with their rows. Nobody keeps any meanwhile.
    pub async fn turn_to_remove_any(&self) -> Vec<impl Drop + use<>> {
        let mut all = Vec::with_capacity(self.turns.len());
        // Whoever else holds a turn holds only one: there is no circle to wait in.
        for turn in self.turns.iter() {
            all.push(Arc::clone(turn).write_owned().await);
        }
        all
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

    /// The file of the photo of `order_line` called `digest`, once it is seen that its bytes are those of the digest `stored`;
    /// nothing where they are not. It is read piece by piece: readers must not add up to photos in memory.
    ///
    /// # Errors
    ///
    /// Any error of the file system, `NotFound` when it is not there.
    pub async fn looked_through(&self, order_line: &str, digest: Digest, stored: Digest) -> io::Result<Option<File>> {
        let path = self.path(order_line, digest);
        blocking(move || {
            let mut file = File::open(path)?;
            let mut hasher = Sha256::new();
            io::copy(&mut file, &mut hasher)?;
            file.rewind()?;
            Ok(Some(file).filter(|_| Digest::new(hasher.finalize().into()) == stored))
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

    /// Those of `photos` of `order_line` that are there, by a look at each name.
    pub async fn present(&self, order_line: &str, photos: Vec<Digest>) -> Vec<Digest> {
        if photos.is_empty() {
            return photos;
        }
        let folder = self.folder(order_line);
        let is_there = move |photo: &Digest| folder.join(file_name(*photo)).is_file();
        blocking(move || Ok(photos.into_iter().filter(is_there).collect())).await.unwrap_or_default()
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

    /// Removes every photo of `order_line`, and its folder.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_all(&self, order_line: &str) -> io::Result<()> {
        let folder = self.folder(order_line);
        blocking(move || remove_folder(&folder)).await
    }

    /// Removes from the folder of `order_line` what is none of `photos`; says how many files.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_all_but(&self, order_line: &str, photos: Vec<Digest>) -> io::Result<usize> {
        let folder = self.folder(order_line);
        blocking(move || {
            let names: Vec<String> = photos.into_iter().map(file_name).collect();
            let mut removed = 0;
            for entry in read_folder(&folder)? {
                if !names.contains(&entry) {
                    fs::remove_file(folder.join(entry))?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }

    /// Of these order lines, each with its photos, those in whose folder something else lies.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn with_others(&self, order_lines: Vec<(String, Vec<Digest>)>) -> io::Result<Vec<String>> {
        let store = self.clone();
        blocking(move || {
            let mut with_others = Vec::new();
            for (order_line, photos) in order_lines {
                let names: Vec<String> = photos.into_iter().map(file_name).collect();
                if read_folder(&store.folder(&order_line))?.iter().any(|entry| !names.contains(entry)) {
                    with_others.push(order_line);
                }
            }
            Ok(with_others)
        })
        .await
    }

    /// The names of the folders that are of none of the order lines in `known`.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn folders_but(&self, known: &Arc<KnownFolders>) -> io::Result<HashSet<String>> {
        let (photos, known) = (self.photos.clone(), Arc::clone(known));
        blocking(move || {
            let mut strange = HashSet::new();
            for entry in fs::read_dir(&photos)? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if !known.0.contains(&KnownFolders::mark(&name)) {
                    strange.insert(name);
                }
            }
            Ok(strange)
        })
        .await
    }

    /// Removes the folders of these names.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_folders(&self, names: HashSet<String>) -> io::Result<()> {
        let photos = self.photos.clone();
        blocking(move || names.iter().try_for_each(|name| remove_folder(&photos.join(name)))).await
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

    fn turn(&self, order_line: &str) -> &Arc<RwLock<()>> {
        let mut hasher = DefaultHasher::new();
        order_line.hash(&mut hasher);
        let nth = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or_default();
        &self.turns[nth]
    }

    fn folder(&self, order_line: &str) -> PathBuf {
        self.photos.join(folder_name(order_line))
    }

    fn path(&self, order_line: &str, digest: Digest) -> PathBuf {
        self.folder(order_line).join(file_name(digest))
    }
}

/// The folders of many order lines, in eight bytes each: for a million of them, names would be a hundred megabytes. Two
/// names with one mark are as good as none, and would only leave waste where it is.
#[derive(Debug, Default)]
pub struct KnownFolders(HashSet<u64>);

impl KnownFolders {
    /// Notes the folder of `order_line`.
    pub fn note(&mut self, order_line: &str) {
        self.0.insert(Self::mark(&folder_name(order_line)));
    }

    /// A name is a digest in hexadecimal; what is none is nobody's, and is as good as any.
    fn mark(name: &str) -> u64 {
        name.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
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

/// The names in `folder`; none when it is not there. Ours are all UTF-8.
fn read_folder(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
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
