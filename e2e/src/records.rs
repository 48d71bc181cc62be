//! The backend's records on disk: the rows of its database and the files of its photos, read without asking it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::shop::Shop;

/// The records of one shop.
#[derive(Debug)]
pub struct BackendRecords {
    database: SqliteConnection,
    photos: PathBuf,
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredClaim {
    /// Its reference.
    pub reference: String,
    /// Whether it is marked as late.
    pub late: bool,
    /// Its photos: what each shows, and its name.
    pub photos: Vec<(String, String)>,
}

/// A photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPhoto {
    /// Its name: the digest of what was sent.
    pub digest: String,
    /// The digest of the copy on disk, by the database.
    pub stored: String,
    /// The copy on disk.
    pub bytes: Vec<u8>,
}

impl StoredPhoto {
    /// The digest of the copy on disk, as it is.
    #[must_use]
    pub fn digest_on_disk(&self) -> String {
        hex(&self.bytes)
    }
}

impl BackendRecords {
    /// Opens the records of `shop` to read.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened.
    pub async fn open(shop: &Shop) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(shop.data_folder().join("claims.sqlite")).read_only(true);
        let database = SqliteConnection::connect_with(&options).await?;
        Ok(Self { database, photos: shop.data_folder().join("photos") })
    }

    /// The claims for the order line `line`; more than one would be a fault.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn claims(&mut self, line: &str) -> Result<Vec<StoredClaim>> {
        let rows = sqlx::query("select reference, late from claims where order_line = ?").bind(line);
        let rows = rows.fetch_all(&mut self.database).await?;
        let mut claims = Vec::new();
        for row in rows {
            let reference: String = row.try_get("reference")?;
            let photos = sqlx::query_as::<_, (String, String)>(
                "select subject, digest from claim_photos where reference = ? order by subject, position",
            );
            let photos = photos.bind(&reference).fetch_all(&mut self.database).await?;
            claims.push(StoredClaim { reference, late: row.try_get("late")?, photos });
        }
        Ok(claims)
    }

    /// Whether it is noted that a draft for the order line `line` was begun.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn is_draft_begun(&mut self, line: &str) -> Result<bool> {
        let begun = sqlx::query_scalar("select exists (select 1 from drafts where order_line = ?)").bind(line);
        Ok(begun.fetch_one(&mut self.database).await?)
    }

    /// The photos of the order line `line`, in the order in which they came.
    ///
    /// # Errors
    ///
    /// When the database or a file cannot be read.
    pub async fn photos(&mut self, line: &str) -> Result<Vec<StoredPhoto>> {
        let rows = sqlx::query_as::<_, (String, String)>(
            "select digest, stored from photos where order_line = ? order by received_at",
        );
        let rows = rows.bind(line).fetch_all(&mut self.database).await?;
        let read = |(digest, stored): (String, String)| {
            let path = self.folder(line).join(format!("{digest}.jpg"));
            let bytes = fs::read(&path).with_context(|| format!("{} is not there", path.display()))?;
            Ok(StoredPhoto { digest, stored, bytes })
        };
        rows.into_iter().map(read).collect()
    }

    /// How many files lie in the folder of the order line `line`.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn count_photo_files(&self, line: &str) -> Result<usize> {
        let folder = self.folder(line);
        if folder.exists() { Ok(fs::read_dir(folder)?.count()) } else { Ok(0) }
    }

    /// Folders are named by a digest, so that no order line names a path.
    fn folder(&self, line: &str) -> PathBuf {
        Path::new(&self.photos).join(hex(line.as_bytes()))
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
