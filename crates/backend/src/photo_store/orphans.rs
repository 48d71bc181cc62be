//! Finds and removes orphans: files and folders without a row in the database.
//!
//! [`retention`](crate::retention) compares them with the rows and holds the locks.

use std::{collections::HashSet, fs, io, sync::Arc};

use damage_report_rules::evidence::Digest;

use super::{
    PhotoStore,
    files::{file_name, file_names_in, remove_folder, remove_if_empty, run_blocking},
    known_folders::KnownFolders,
};

impl PhotoStore {
    /// Removes the files in the folder of `order_line` that are none of `photos`. Returns how many.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_orphans(&self, order_line: &str, photos: Vec<Digest>) -> io::Result<usize> {
        let folder = self.folder(order_line);
        run_blocking(move || {
            let known: Vec<String> = photos.into_iter().map(file_name).collect();
            let mut removed = 0;
            for name in file_names_in(&folder)? {
                if !known.contains(&name) {
                    fs::remove_file(folder.join(name))?;
                    removed += 1;
                }
            }
            remove_if_empty(&folder)?;
            Ok(removed)
        })
        .await
    }

    /// The order lines, given with their photos, whose folders hold other files too.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn order_lines_with_orphans(&self, order_lines: Vec<(String, Vec<Digest>)>) -> io::Result<Vec<String>> {
        let store = self.clone();
        run_blocking(move || {
            let mut with_orphans = Vec::new();
            for (order_line, photos) in order_lines {
                let known: Vec<String> = photos.into_iter().map(file_name).collect();
                if file_names_in(&store.folder(&order_line))?.iter().any(|name| !known.contains(name)) {
                    with_orphans.push(order_line);
                }
            }
            Ok(with_orphans)
        })
        .await
    }

    /// The names of the folders that are not in `known`.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn unknown_folders(&self, known: &Arc<KnownFolders>) -> io::Result<HashSet<String>> {
        let (photos, known) = (self.photos.clone(), Arc::clone(known));
        run_blocking(move || {
            let mut unknown = HashSet::new();
            for entry in fs::read_dir(&photos)? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if !known.contains(&name) {
                    unknown.insert(name);
                }
            }
            Ok(unknown)
        })
        .await
    }

    /// Removes the folders with these names.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub async fn remove_folders(&self, names: HashSet<String>) -> io::Result<()> {
        let photos = self.photos.clone();
        run_blocking(move || names.iter().try_for_each(|name| remove_folder(&photos.join(name)))).await
    }
}
