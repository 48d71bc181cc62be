//! Picture files of every coding (`crates/photo-corpus`), as the widget prepares them: upright and whole, or refused, in each
//! engine alike, and as the backend sees them, which is held against the same files. A browser that returns noise
//! from canvases sends the photo, and none of the camera's metadata.

use std::{future::Future, slice};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::{self, Environment},
    journey::{journey, journey_on},
    pages::{OrderPage, WidgetPage},
    photos::PhotoFile,
    shop::{Scenario, Shop},
    words::text,
};
use damage_report_photo_corpus::{ExpectedOutcome, Sample, all, exif};
use damage_report_rules::evidence::Subject;
use serde_json::Value;

/// How many files go into the page at once.
const AT_ONCE: usize = 50;

/// Prepares `files` by the processor in the folder that is named; gives what would be sent, or nothing where that is refused.
const PREPARE: &str = "
    const [folder, files] = arguments;
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt());
    const text = async (blob) => {
        let text = '';
        for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
        return btoa(text);
    };
    return import(`${folder}/photo-worker.js`).then(({ photoProcessor }) => {
        window.processor ??= photoProcessor();
        return Promise.all(files.map(async (file) => {
            try {
                const { processed } = await window.processor.prepare(new Blob([bytes(file)]), false, true, 400);
                return await text((await processed).jpeg);
            } catch {
                return null;
            }
        }));
    });";

/// Notes what the page sends as photos.
const LISTEN: &str = "
    window.sent = [];
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) {
        window.sent.push(body);
        return send.call(this, body);
    };";

const SENT: &str = "
    return Promise.all(window.sent.map(async (body) => {
        let text = '';
        for (const byte of new Uint8Array(await body.arrayBuffer())) text += String.fromCharCode(byte);
        return btoa(text);
    }));";

#[tokio::test]
pub(crate) async fn each_picture_of_the_corpus_comes_out_upright_and_whole_or_is_refused() {
    journey(Screen::Desk, async |shop, browser| {
        let samples = all();
        let photos = prepared(shop, browser, &samples).await?;
        let wrong: Vec<String> = samples
            .iter()
            .zip(&photos)
            .filter_map(|(sample, photo)| match photo {
                Some(photo) if !exif::secrets_in(photo).is_empty() => {
                    Some(format!("{}: metadata is left", sample.name))
                }
                Some(photo) if !photo.starts_with(b"\xff\xd8\xff") => Some(format!("{}: it is no JPEG", sample.name)),
                photo => sample.check_outcome(photo.as_deref()).err(),
            })
            .collect();
        told(&wrong, samples.len())
    })
    .await;
}

/// Made in Firefox alone: no other engine can be asked for that.
pub(crate) fn where_canvases_make_noise_each_picture_goes_without_its_metadata() {
    with_noise(async |shop, browser| {
        let samples = all();
        let photos = prepared(shop, browser, &samples).await?;
        let wrong: Vec<String> = samples
            .iter()
            .zip(&photos)
            .filter_map(|(sample, photo)| match (photo, sample.right) {
                (Some(photo), _) if !exif::secrets_in(photo).is_empty() => {
                    Some(format!("{}: {:?} is left", sample.name, exif::secrets_in(photo)))
                }
                // Files that the looser decoder of these tests gets wrong; the backend reads them right.
                (Some(_), ExpectedOutcome::Shown(_)) if is_unusual(sample) => None,
                (photo, _) => sample.check_outcome(photo.as_deref()).err(),
            })
            .collect();
        told(&wrong, samples.len())
    });
}

/// Made in Firefox alone: no other engine can be asked for that.
pub(crate) fn n24_with_fingerprinting_resisted_every_kind_of_photo_is_taken_and_no_metadata_leaves() {
    with_noise(async |shop, browser| {
        let samples = all();
        let photo = |name: &str| {
            let sample = samples.iter().find(|sample| sample.name == name);
            PhotoFile::from_bytes(&sample.with_context(|| format!("there is no {name}"))?.bytes)
        };
        // Each of them other pixels: one picture in two files would be one.
        let device = [
            photo("png with EXIF, a remark and XMP")?,
            photo("orientation 6: webp, lossy, with a prefix")?,
            photo("jpeg with a film behind it")?,
        ];
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.wait_for_text(&text("start.privacy")).await?;
        browser.run_script(LISTEN, Vec::new()).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report
            .add_photos(Subject::Packaging, slice::from_ref(&photo("orientation 6: jpeg, little end first")?))
            .await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&photo("jpeg, 4:4:4")?)).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.pick_photos(Subject::Device, &device).await?;
        report.wait_for_photos("kept", device.len()).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;

        let sent = decoded(&browser.run_script(SENT, Vec::new()).await?)?;
        assert_eq!(sent.len(), 5);
        for file in sent.into_iter().flatten() {
            assert_eq!(exif::secrets_in(&file), Vec::<&str>::new());
            assert!(matches!(exif::orientation_of(&file), None | Some(6)), "it says how to turn it");
        }
        Ok(())
    });
}

/// The widget's output for the samples.
async fn prepared(shop: &Shop, browser: &Browser, samples: &[Sample]) -> Result<Vec<Option<Vec<u8>>>> {
    let built = environment::built_widget_folder(&Environment::read()?.site)?;
    let folder = built.file_name().and_then(|name| name.to_str()).context("the built widget has a name")?;
    browser.visit(shop.customer_address()).await?;
    let mut photos = Vec::new();
    for part in samples.chunks(AT_ONCE) {
        let files: Vec<String> = part.iter().map(|sample| BASE64_STANDARD.encode(&sample.bytes)).collect();
        let answer = browser.run_script(PREPARE, vec![format!("/{folder}").into(), files.into()]).await?;
        photos.extend(decoded(&answer)?);
    }
    ensure!(photos.len() == samples.len(), "{} answers for {} files", photos.len(), samples.len());
    Ok(photos)
}

fn decoded(answer: &Value) -> Result<Vec<Option<Vec<u8>>>> {
    let files = answer.as_array().context("the page gives no list")?;
    let decode = |file: &Value| file.as_str().map(|text| BASE64_STANDARD.decode(text)).transpose();
    Ok(files.iter().map(decode).collect::<Result<_, _>>()?)
}

/// Whether the picture is coded in a way that the decoder of these tests does not know.
fn is_unusual(sample: &Sample) -> bool {
    ["of blocks", "own codes", "apart", "4:1", "4:4:1", "4:2:1"].iter().any(|part| sample.name.contains(part))
}

fn told(wrong: &[String], of: usize) -> Result<()> {
    ensure!(wrong.is_empty(), "{} of {of} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// A journey in a browser that returns noise from canvases.
fn with_noise(customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>) {
    on_a_runtime(async {
        let environment =
            Environment { resists_fingerprinting: true, ..Environment::read().expect("the environment is set") };
        journey_on(&environment, &environment.site, Screen::Desk, customer).await;
    });
}

fn on_a_runtime(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("this machine can run a test").block_on(work);
}
