//! The way of one request to the backend and of its answer back, with the fault that strikes it.

use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, sleep, timeout},
};

use super::{
    fault::{ConnectionFault, ExchangePoint, FakeAnswer, Fault},
    link::Direction,
    request::RequestHead,
    request_log::LoggedRequest,
    shared::SharedState,
};

/// How long a client may take to hang up after its answer. A connection that is closed before the answer was read is a reset to it:
/// so long that a busy browser has read it, and no longer, because some never hang up.
const LINGER: Duration = Duration::from_secs(30);

/// Lets the request that comes from `customer` pass. An error on the way ends only this connection.
pub(super) async fn relay_request(customer: TcpStream, shared: Arc<SharedState>, number: u64) {
    // Without luck of its own, a connection would be lucky or not by what happens on others.
    let luck = fastrand::Rng::with_seed(number);
    let mut exchange = Exchange { customer, shared, luck, ahead: Vec::new() };
    // An error is a line that broke, which is what this server is for; what came of it is in the records.
    let _ = exchange.go().await;
}

struct Exchange {
    customer: TcpStream,
    shared: Arc<SharedState>,
    luck: fastrand::Rng,
    /// The bytes of the body that were read together with the head.
    ahead: Vec<u8>,
}

/// One request on its way, and what is to become of it.
struct Request {
    head: RequestHead,
    entry: LoggedRequest,
    fault: Option<Fault>,
    received: usize,
}

impl Request {
    /// The trouble that the line makes, if it makes it at a point that `is_there` picks out.
    fn trouble<T>(&self, is_there: impl FnOnce(ExchangePoint) -> Option<T>) -> Option<(T, ConnectionFault)> {
        let Some(Fault::Connection(point, trouble)) = self.fault else { return None };
        Some((is_there(point)?, trouble))
    }
}

impl Exchange {
    async fn go(&mut self) -> Result<()> {
        // Whenever this ends early, it ends with a reset: a exchange that is just dropped is a line that breaks.
        self.customer.set_zero_linger()?;
        let Some(head) = self.read_head().await? else { return Ok(()) };
        let (entry, photo) = self.shared.records.add_request(&head);
        let fault = self.shared.fault_for(&head, photo);
        let mut request = Request { head, entry, fault: fault.clone(), received: 0 };
        if let Some(Fault::Instead(answer) | Fault::Held(answer)) = &fault {
            self.take_body(&mut request, None).await?;
            if let Some(Fault::Held(_)) = fault {
                self.suffer(ConnectionFault::Silence).await?;
            }
            let (head, body) = answer.head_and_body();
            return self.answer(&request, &head, body).await;
        }
        let answer = self.ask_backend(&mut request).await?;
        let (head, body) = split(&answer)?;
        let status = status(head)?;
        self.shared.records.update_request(entry, |seen| seen.backend = Some(status));
        if let Some(((), trouble)) = request.trouble(|point| (point == ExchangePoint::Done).then_some(())) {
            self.suffer(trouble).await?;
        }
        match &fault {
            Some(Fault::Afterwards(answer)) => {
                let (head, body) = answer.head_and_body();
                self.answer(&request, &head, body).await
            }
            Some(Fault::HalfTheAnswer) => {
                let answer = FakeAnswer { status, headers: content_type(head), body: body[..body.len() / 2].to_vec() };
                let (head, body) = answer.head_and_body();
                self.answer(&request, &head, body).await
            }
            _ => self.answer(&request, head, body).await,
        }
    }

    /// The head of the request; nothing, if the client hangs up without a word, as browsers do that call ahead.
    async fn read_head(&mut self) -> Result<Option<RequestHead>> {
        let mut read = Vec::new();
        loop {
            let stretch = self.hear().await?;
            if stretch.is_empty() {
                ensure!(read.is_empty(), "the head ends early");
                return Ok(None);
            }
            if read.is_empty() {
                self.shared.wire.wait_for_latency().await;
            }
            read.extend_from_slice(&stretch);
            if let Some((head, length)) = RequestHead::parse(&read)? {
                self.ahead = read.split_off(length);
                return Ok(Some(head));
            }
        }
    }

    /// The backend's whole answer.
    async fn ask_backend(&mut self, request: &mut Request) -> Result<Vec<u8>> {
        let mut backend = TcpStream::connect(self.shared.backend).await?;
        backend.write_all(&request.head.bytes_for_backend()).await?;
        self.take_body(request, Some(&mut backend)).await?;
        let mut answer = Vec::new();
        backend.read_to_end(&mut answer).await?;
        Ok(answer)
    }

    /// Takes in the body, and gives it to the backend as it comes. A backend that answers early hears no more of it.
    async fn take_body(&mut self, request: &mut Request, mut backend: Option<&mut TcpStream>) -> Result<()> {
        let length = request.head.length;
        let mut ahead = request.trouble(|point| match point {
            ExchangePoint::Request(share) => Some(share.bytes_of(length)),
            ExchangePoint::Done | ExchangePoint::Answer(_) => None,
        });
        loop {
            if let Some((_, trouble)) = ahead.take_if(|(at, _)| *at == request.received) {
                self.suffer(trouble).await?;
            }
            if request.received == length {
                return Ok(());
            }
            let until = ahead.map_or(length, |(at, _)| at);
            let wanted = until - request.received;
            let stretch = match &mut backend {
                None => self.hear_body(wanted).await?,
                Some(backend) => {
                    let mut first = [0];
                    let spoken = tokio::select! {
                        stretch = self.hear_body(wanted) => stretch?,
                        _ = backend.peek(&mut first) => return Ok(()),
                    };
                    if backend.write_all(&spoken).await.is_err() {
                        // It wants to hear no more, and may have said why.
                        return Ok(());
                    }
                    spoken
                }
            };
            ensure!(!stretch.is_empty(), "the body ends early");
            request.received += stretch.len();
            let received = request.received;
            self.shared.records.update_request(request.entry, |seen| seen.received = received);
        }
    }

    /// Some of the body, no more than `wanted`.
    async fn hear_body(&mut self, wanted: usize) -> Result<Vec<u8>> {
        if self.ahead.is_empty() {
            self.ahead = self.hear().await?;
        }
        let rest = self.ahead.split_off(self.ahead.len().min(wanted));
        Ok(std::mem::replace(&mut self.ahead, rest))
    }

    /// The next bytes from the customer, once they have come over the link; nothing at the end.
    async fn hear(&mut self) -> Result<Vec<u8>> {
        let mut stretch = vec![0; self.shared.wire.bytes_at_once()];
        // Looked at and left where it is until the line has carried it: a browser whose bytes are taken in at once
        // would think that they have arrived. It also makes hearing safe to give up half-way.
        let length = self.customer.peek(&mut stretch).await?;
        if length > 0 {
            self.shared.wire.transmit(length, Direction::Up, &mut self.luck).await;
        }
        stretch.truncate(length);
        self.customer.read_exact(&mut stretch).await?;
        Ok(stretch)
    }

    /// Gives the customer an answer, and ends the connection as it should be ended.
    async fn answer(&mut self, request: &Request, head: &[u8], body: &[u8]) -> Result<()> {
        self.shared.wire.wait_for_latency().await;
        let at = request.trouble(|point| match point {
            ExchangePoint::Answer(share) => Some(share.bytes_of(body.len())),
            ExchangePoint::Request(_) | ExchangePoint::Done => None,
        });
        self.say(head).await?;
        let (first, second) = body.split_at(at.map_or(0, |(at, _)| at));
        self.say(first).await?;
        if let Some((_, trouble)) = at {
            self.suffer(trouble).await?;
        }
        self.say(second).await?;
        self.shared.records.update_request(request.entry, |seen| seen.answered = status(head).ok());
        self.hang_up().await
    }

    async fn say(&mut self, words: &[u8]) -> Result<()> {
        for stretch in words.chunks(self.shared.wire.bytes_at_once()) {
            self.shared.wire.transmit(stretch.len(), Direction::Down, &mut self.luck).await;
            self.customer.write_all(stretch).await?;
        }
        Ok(())
    }

    /// Comes back when the trouble is over, if it ever is.
    async fn suffer(&mut self, trouble: ConnectionFault) -> Result<()> {
        match trouble {
            ConnectionFault::Reset => bail!("the line breaks"),
            ConnectionFault::End => {
                self.hang_up().await?;
                bail!("the line ends")
            }
            ConnectionFault::Silence => self.shared.released.notified().await,
            ConnectionFault::Pause(time) => sleep(time).await,
        }
        Ok(())
    }

    /// Ends the connection without a reset, which could overtake what was said.
    async fn hang_up(&mut self) -> Result<()> {
        SockRef::from(&self.customer).set_linger(None)?;
        self.customer.shutdown().await?;
        let mut rest = [0; 4096];
        let farewell = async { while self.customer.read(&mut rest).await.is_ok_and(|length| length > 0) {} };
        let _ = timeout(LINGER, farewell).await;
        Ok(())
    }
}

/// Where the head of an answer ends.
fn split(answer: &[u8]) -> Result<(&[u8], &[u8])> {
    match answer.windows(4).position(|window| window == b"\r\n\r\n") {
        Some(end) => Ok(answer.split_at(end + 4)),
        None => bail!("the backend gave no answer"),
    }
}

fn status(head: &[u8]) -> Result<u16> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(head)?;
    match response.code {
        Some(code) => Ok(code),
        None => bail!("the answer has no status"),
    }
}

fn content_type(head: &[u8]) -> Vec<(String, String)> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let _ = response.parse(head);
    let types = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("Content-Type"));
    types.map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())).collect()
}
