//! A customer who speaks HTTP by hand, and says exactly what came back.

use std::io::ErrorKind;

use damage_report_e2e::faults::FaultServer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The answer and the end.
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
    let address = faults.address().replace("http://", "");
    match TcpStream::connect(address).await {
        Ok(stream) => talk(stream, request, length).await.outcome(),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Outcome::Refused,
        Err(error) => panic!("an error of another kind: {error}"),
    }
}

/// The outcome of a connection.
struct Talk {
    /// How speaking ended.
    spoken: Result<(), ErrorKind>,
    /// The answer.
    said: String,
    /// How listening ended.
    heard: Result<(), ErrorKind>,
}

impl Talk {
    fn outcome(self) -> Outcome {
        let Self { spoken, mut said, heard } = self;
        if let Err(kind) = heard {
            assert!(is_reset(kind), "an error of another kind: {kind}");
            return Outcome::Reset(said);
        }
        // The system tells of a reset once: to the first read. Then the other one sees no more than an end.
        let cut_short = |said| if spoken.is_err_and(is_reset) { Outcome::Reset(said) } else { Outcome::CutShort(said) };
        let Some(end) = said.find("\r\n\r\n") else { return cut_short(said) };
        let body = said.split_off(end + 4);
        let status = said.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
        let length = said.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        if length.is_some_and(|length| length.parse() != Ok(body.len())) {
            return cut_short(body);
        }
        Outcome::Answer { status, head: said, body }
    }
}

fn is_reset(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

async fn talk(stream: TcpStream, request: &str, length: usize) -> Talk {
    let (mut from, mut to) = stream.into_split();
    let head = format!("{request} HTTP/1.1\r\nHost: shop\r\nContent-Length: {length}\r\n\r\n");
    let body = vec![b'x'; length];
    let speak = async {
        to.write_all(head.as_bytes()).await?;
        to.write_all(&body).await
    };
    let mut said = Vec::new();
    let listen = async { from.read_to_end(&mut said).await };
    let (spoken, heard) = tokio::join!(speak, listen);
    Talk {
        spoken: spoken.map_err(|error| error.kind()),
        said: String::from_utf8_lossy(&said).into_owned(),
        heard: heard.map(drop).map_err(|error| error.kind()),
    }
}

#[test]
fn a_reset_is_a_reset_whether_the_speaker_or_the_listener_is_told_of_it() {
    let outcome = |spoken: Result<(), ErrorKind>, said: &str, heard: Result<(), ErrorKind>| {
        Talk { spoken, said: said.to_owned(), heard }.outcome()
    };
    let (reset, half) = (Err(ErrorKind::ConnectionReset), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    assert_eq!(outcome(Ok(()), "", reset), Outcome::Reset(String::new()));
    assert_eq!(outcome(reset, "", Ok(())), Outcome::Reset(String::new()));
    assert_eq!(outcome(Err(ErrorKind::BrokenPipe), half, Ok(())), Outcome::Reset("ab".to_owned()));
    assert_eq!(outcome(Ok(()), half, Ok(())), Outcome::CutShort("ab".to_owned()));
    // A caller that is refused early may be cut off while it still speaks, and has its answer.
    let whole = format!("{half}cde");
    assert_eq!(outcome(reset, &whole, Ok(())).without_head(), Outcome::answer(200, "abcde"));
}
