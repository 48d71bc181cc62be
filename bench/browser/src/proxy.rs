//! The proxy between browser and backend, in the role of a shop's server: it serves the pages compressed, passes everything
//! else on, counts what goes through, and keeps the photos that were sent.

use std::{
    collections::HashMap,
    fs,
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex},
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use flate2::{Compression, write::GzEncoder};
use reqwest::Client;
use tokio::{net::TcpListener, task::JoinHandle};

/// The most that a request may have: the backend's own limit is lower.
const BODY_MAX: usize = 64 << 20;

/// The order page itself, which is the shop's: its bytes are not counted.
const HTML: &str = "text/html; charset=utf-8";

/// The files of the pages, each compressed once and as well as can be.
#[derive(Debug)]
pub(crate) struct CompressedFiles(HashMap<String, File>);

#[derive(Debug)]
struct File {
    kind: &'static str,
    bytes: Bytes,
    gzip: usize,
    brotli: Bytes,
}

impl CompressedFiles {
    /// Everything below `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut files = HashMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                    files.insert(format!("/{name}"), File::read(&path)?);
                }
            }
        }
        Ok(Self(files))
    }

    fn at(&self, path: &str) -> Option<&File> {
        if path.ends_with('/') { self.0.get(&format!("{path}index.html")) } else { self.0.get(path) }
    }
}

impl File {
    fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes)?;
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut brotli, &parameters)?;
        let kind = match path.extension().and_then(|kind| kind.to_str()) {
            Some("html") => HTML,
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("json") => "application/json",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Ok(Self { kind, bytes: bytes.into(), gzip: gzip.finish()?.len(), brotli: brotli.into() })
    }
}

/// The traffic so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traffic {
    /// Requests of any kind.
    pub(crate) requests: usize,
    /// Bytes of scripts, modules, styles and words, as they lie there.
    pub(crate) raw: usize,
    /// The same with gzip.
    pub(crate) gzip: usize,
    /// The same with brotli, which is how they were sent.
    pub(crate) brotli: usize,
    /// The photos that were sent and taken, each once.
    pub(crate) photos: HashMap<String, Bytes>,
}

/// A running proxy. It ends with this value.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: String,
    passage: Arc<Passage>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Passage {
    files: Arc<CompressedFiles>,
    backend: String,
    client: Client,
    traffic: Mutex<Traffic>,
}

impl Proxy {
    /// Opens one on a free port, in proxy of the backend at that address.
    pub(crate) async fn start(files: &Arc<CompressedFiles>, backend: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let passage = Arc::new(Passage {
            files: Arc::clone(files),
            backend: backend.to_owned(),
            client: Client::new(),
            traffic: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&passage));
        let serving = tokio::spawn(async move {
            // It ends when the task is ended; until then a connection that breaks is the browser's affair.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, passage, serving })
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A file that is served, for who drives the page.
    pub(crate) fn file_text(&self, path: &str) -> Option<String> {
        Some(String::from_utf8_lossy(&self.passage.files.at(path)?.bytes).into_owned())
    }

    /// The traffic until now.
    pub(crate) fn traffic(&self) -> Traffic {
        self.passage.traffic().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Passage {
    fn traffic(&self) -> std::sync::MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    async fn ask_backend(&self, method: Method, path: &str, headers: HeaderMap, body: Bytes) -> Result<Response> {
        let mut headers = headers;
        headers.remove(header::HOST);
        let answer = self.client.request(method, format!("{}{path}", self.backend)).headers(headers).body(body);
        let answer = answer.send().await?;
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        for of_the_connection in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH] {
            headers.remove(of_the_connection);
        }
        Ok((status, headers, answer.bytes().await?).into_response())
    }
}

async fn pass(State(passage): State<Arc<Passage>>, request: Request) -> Response {
    passage.traffic().requests += 1;
    let (head, body) = request.into_parts();
    if let Some(file) = passage.files.at(head.uri.path()) {
        let mut traffic = passage.traffic();
        if file.kind != HTML {
            traffic.raw += file.bytes.len();
            traffic.gzip += file.gzip;
            traffic.brotli += file.brotli.len();
        }
        // A shop's files are kept by browsers for as long as they are called the same.
        let headers = [
            (header::CONTENT_TYPE, file.kind),
            (header::CONTENT_ENCODING, "br"),
            (header::CACHE_CONTROL, "max-age=3600"),
        ];
        return (headers, Body::from(file.brotli.clone())).into_response();
    }
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let Ok(body) = axum::body::to_bytes(body, BODY_MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let is_photo = head.method == Method::PUT && path.contains("/photos/");
    let Ok(answer) = passage.ask_backend(head.method, &path, head.headers, body.clone()).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    if is_photo && answer.status().is_success() {
        passage.traffic().photos.insert(path, body);
    }
    answer
}
