//! All that is kept of one order line, as a ZIP file: documents in JSON, the photos as they are stored, and the return label.
//!
//! The file is built outside the async threads, in a temporary file in the folder for uploads in progress. It is removed when its owner
//! is dropped, and a start empties that folder.

mod document;

use std::{
    fs::File,
    io::{self, Seek as _, Write},
    path::Path,
    sync::Arc,
};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use damage_report_rules::{contract::Code, evidence::Digest};
use futures_util::StreamExt as _;
use tokio_util::io::ReaderStream;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use self::document::Documents;
use crate::{
    app::App,
    photo_store::{PhotoStore, TempFile},
    problem::Refusal,
    random,
};

/// The bytes of an export that are in memory at once while a client downloads it.
const CHUNK_BYTES: usize = 64 * 1024;

/// A finished export. Dropping it removes its file.
#[derive(Debug)]
pub struct ExportFile {
    order_line: String,
    file: File,
    length: u64,
    temp: TempFile,
}

/// Exports the order line called `id`.
///
/// # Errors
///
/// `order_unknown`, or a failure of the database or the file system.
pub async fn write_export(app: &Arc<App>, id: &str) -> Result<ExportFile, Refusal> {
    // No photo is removed between the reading of its row and of its file.
    let _lock = app.photos.lock_shared(id).await;
    let documents = Documents::read(app, id).await?;
    let photos = app.photos.clone();
    let order_line = id.to_owned();
    let building = tokio::task::spawn_blocking(move || {
        let temp = TempFile(photos.incoming_folder().join(format!("{}.zip", random::random_id())));
        let file = build(&temp.0, &photos, documents)?;
        let length = file.metadata()?.len();
        Ok(ExportFile { order_line, file, length, temp })
    });
    let built: io::Result<ExportFile> = building.await.map_err(io::Error::other).flatten();
    built.map_err(|error| {
        tracing::error!(%error, "an export cannot be written");
        Refusal::new(Code::Storage)
    })
}

/// Writes the ZIP file at `path`, and opens it at its beginning.
fn build(path: &Path, photos: &PhotoStore, documents: Documents) -> io::Result<File> {
    let file = File::options().read(true).write(true).create_new(true).open(path)?;
    let mut zip = ZipWriter::new(file);
    let lost = add_photos(&mut zip, photos, &documents)?;
    for (name, json) in documents.json_files(&lost)? {
        add(&mut zip, name, &mut json.as_slice())?;
    }
    if let Some(pdf) = &documents.return_label {
        add(&mut zip, "return-label.pdf", &mut pdf.as_slice())?;
    }
    let mut file = zip.finish()?;
    file.rewind()?;
    Ok(file)
}

/// Adds the photos whose files are intact. Returns the others.
fn add_photos(zip: &mut ZipWriter<File>, photos: &PhotoStore, documents: &Documents) -> io::Result<Vec<Digest>> {
    let mut lost = Vec::new();
    for photo in &documents.photos {
        match photos.open_verified_blocking(documents.order_line(), photo.digest, photo.stored)? {
            Some(mut file) => add(zip, &document::photo_file_name(photo.digest), &mut file)?,
            None => lost.push(photo.digest),
        }
    }
    Ok(lost)
}

/// Adds a file. It is stored as it is: photos and labels are compressed already.
fn add(zip: &mut ZipWriter<impl Write + io::Seek>, name: &str, content: &mut impl io::Read) -> io::Result<()> {
    zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))?;
    io::copy(content, zip).map(|_| ())
}

impl IntoResponse for ExportFile {
    fn into_response(self) -> Response {
        let Self { order_line, file, length, temp } = self;
        // The file is removed when its last chunk is sent, or when the client is gone.
        let chunks = ReaderStream::with_capacity(tokio::fs::File::from_std(file), CHUNK_BYTES).map(move |chunk| {
            let _ = &temp;
            chunk
        });
        let headers = [
            (header::CONTENT_TYPE, "application/zip"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut answer = (headers, Body::from_stream(chunks)).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        // Identifiers are letters, digits, dots, hyphens and underscores.
        if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{order_line}.zip\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        answer
    }
}
