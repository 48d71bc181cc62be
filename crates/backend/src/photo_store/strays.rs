//! Files and folders that no row knows: finding them, and taking them away.
//!
//! What the rows say, and in whose turn a file goes, is for [`retention`](crate::retention) to see to.

use std::{collections::HashSet, fs, io, path::Path, sync::Arc};

use damage_report_rules::evidence::Digest;

use super::{PhotoStore, blocking, file_name, folder_name, remove_folder, remove_if_empty};

impl PhotoStore {
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
            remove_if_empty(&folder)?;
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

/// The names in `folder`; none when it is not there. Ours are all UTF-8.
fn read_folder(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
