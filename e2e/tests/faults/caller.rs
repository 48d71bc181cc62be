//! A customer who speaks HTTP by hand, and says exactly what came back.

use std::io::{Error, ErrorKind};

use damage_report_e2e::faults::FaultServer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer, to its end.
    Answer { status: u16, head: String, body: String },
    /// The connection ended well, but before the answer was whole.
    CutShort(String),
    /// The connection was reset; what had come before that.
    Reset(String),
    /// Nobody is there.
    Refused,
}

impl Outcome {
    pub(crate) fn answer(status: u16, body: &str) -> Self {
        Self::Answer { status, head: String::new(), body: body.to_owned() }
    }

    /// The same without the head, for where that does not matter.
    pub(crate) fn without_head(self) -> Self {
        match self {
            Self::Answer { status, body, .. } => Self::Answer { status, head: String::new(), body },
            other => other,
        }
    }
}

/// The path of the photo with a digest of this byte.
pub(crate) fn photo(byte: u8) -> String {
    format!("PUT /order-lines/1/photos/{}?subject=device", format!("{byte:02x}").repeat(32))
}

/// Asks `request` (`GET /`), with a body of `length` bytes.
pub(crate) async fn call(faults: &FaultServer, request: &str, length: usize) -> Outcome {
    let (mut said, trouble) = talk(faults, request, length).await;
    match trouble.map(|error| error.kind()) {
        None => {}
        Some(ErrorKind::ConnectionRefused) => return Outcome::Refused,
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => return Outcome::Reset(said),
        Some(other) => panic!("an error of another kind: {other}"),
    }
    let Some(end) = said.find("\r\n\r\n") else { return Outcome::CutShort(said) };
    let body = said.split_off(end + 4);
    let status = said.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
    let length = said.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    if length.is_some_and(|length| length.parse() != Ok(body.len())) {
        return Outcome::CutShort(body);
    }
    Outcome::Answer { status, head: said, body }
}

/// What came, and how that ended.
async fn talk(faults: &FaultServer, request: &str, length: usize) -> (String, Option<Error>) {
    let address = faults.address().replace("http://", "");
    let stream = match TcpStream::connect(address).await {
        Ok(stream) => stream,
        Err(error) => return (String::new(), Some(error)),
    };
    let (mut from, mut to) = stream.into_split();
    let head = format!("{request} HTTP/1.1\r\nHost: shop\r\nContent-Length: {length}\r\n\r\n");
    let body = vec![b'x'; length];
    let speak = async {
        to.write_all(head.as_bytes()).await?;
        to.write_all(&body).await
    };
    let mut said = Vec::new();
    let listen = async { from.read_to_end(&mut said).await };
    // Whoever is told no early stops speaking; whoever is cut off hears it while listening as well.
    let (_, heard) = tokio::join!(speak, listen);
    (String::from_utf8_lossy(&said).into_owned(), heard.err())
}
