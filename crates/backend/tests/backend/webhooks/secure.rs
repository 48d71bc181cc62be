//! Webhooks over TLS: only to a receiver whose certificate an authority of this machine has signed.

use std::sync::Arc;

use damage_report_rules::contract::ClaimEventType;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::oneshot,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

use super::{SECRET, Sending, app_telling, endpoint, interrupted::submit, log_event, receiver::HANG, state_in_the_end};
use crate::serving::{self, Process};

/// A receiver with TLS, as `localhost`, and the certificate of its authority. It gives the first request that it understands.
async fn receiver() -> (String, String, oneshot::Receiver<String>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.der().clone()], key).unwrap();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let url = format!("https://localhost:{}/hooks", listener.local_addr().unwrap().port());
    let (told, telling) = oneshot::channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"}}") {
                assert!(stream.read_buf(&mut request).await.unwrap() > 0);
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            stream.shutdown().await.unwrap();
            let _ = told.send(String::from_utf8(request).unwrap());
            break;
        }
    });
    (url, authority.pem(), telling)
}

#[tokio::test]
async fn a_receiver_whose_certificate_nobody_vouches_for_is_told_nothing() {
    let (url, _, mut told) = receiver().await;
    let app = app_telling(vec![endpoint("erp", &url)]).await;
    let _sending = Sending::start(&app);
    log_event(&app, "DR-1", ClaimEventType::Submitted).await;
    state_in_the_end(&app, "erp", |state| state.last_failure.as_ref().is_some_and(|(word, _)| word == "tls")).await;
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn a_receiver_whose_authority_this_machine_trusts_is_told() {
    let (url, authority, told) = receiver().await;
    let folder = TempDir::new().unwrap();
    let certificates = folder.path().join("authority.pem");
    std::fs::write(&certificates, authority).unwrap();
    let webhook = format!(
        "[[webhooks]]\nname = \"erp\"\nurl = \"{url}\"\nallow_loopback = true\ntypes = [\"claim.submitted\"]\n"
    );
    let mut command = serving::serve(&folder, &(serving::configuration("127.0.0.1:0") + &webhook));
    command.env("SSL_CERT_FILE", certificates).env("DAMAGE_REPORT_WEBHOOK_SECRET_ERP", SECRET);
    let process = Process::of(command);
    submit(&process.base).await;
    let request = tokio::time::timeout(HANG, told).await.unwrap().unwrap();
    assert!(request.starts_with("POST /hooks HTTP/1.1\r\n") && request.contains("claim.submitted"), "{request}");
    assert!(process.stop().0.success());
}
