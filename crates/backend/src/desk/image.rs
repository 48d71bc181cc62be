//! The photos of a claim as pictures: small ones for lists, the photo itself, and the photo as a download.
//!
//! Small pictures are made when they are asked for. Browsers keep them for as long as a session can last.

use std::{io::Read as _, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use damage_report_rules::{contract::Code, evidence::Digest};
use image::{RgbImage, imageops};
use jpeg_decoder::PixelFormat;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use tokio::sync::Semaphore;

use super::{error::DeskError, evidence_view, language::Language, page::PageFrame, session::Session};
use crate::{
    app::App,
    claim_events, evidence,
    problem::Refusal,
    random,
    store::{self, desk::LoggedAction},
};

/// Photos that are made smaller at once: each takes up to a few megabytes and one processor.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// How long a browser may keep a small picture, in seconds: the default length of a session.
const CACHE_CONTROL: &str = "private, max-age=43200, immutable";

/// A size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    side_max: u16,
    quality: u8,
}

/// For the list: fifty of them are within 300 KB.
const THUMBNAIL: Size = Size { side_max: 96, quality: 60 };

/// For the page of a claim.
const PREVIEW: Size = Size { side_max: 560, quality: 72 };

/// A photo of the claim called `reference`.
pub(super) async fn show_image(
    State(app): State<Arc<App>>,
    session: Session,
    Path((reference, digest, size)): Path<(String, String, String)>,
) -> Result<Response, DeskError> {
    let reference = random::normalise_reference(&reference);
    let digest: Digest = digest.parse().map_err(|_| DeskError::UNKNOWN)?;
    let (claim, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, &reference).await?;
    let frame = PageFrame::new(&app, Language::Dutch, None, "/desk");
    let photos = evidence_view::photo_views(&frame, &claim);
    let photo = photos.iter().find(|photo| photo.digest == digest).ok_or(DeskError::UNKNOWN)?;
    let place = format!("{}/{}", photo.subject.code(), photo.nth);
    match size.as_str() {
        "thumbnail" => Ok(small(&app, &line.id, digest, THUMBNAIL).await?),
        "preview" => Ok(small(&app, &line.id, digest, PREVIEW).await?),
        "photo" => {
            session.log_action(&app, LoggedAction::PhotoViewed, &reference, Some(&place)).await?;
            Ok(evidence::photo_response(&app, &line.id, digest).await?)
        }
        "download" => {
            session.log_action(&app, LoggedAction::PhotoDownloaded, &reference, Some(&place)).await?;
            let mut answer = evidence::photo_response(&app, &line.id, digest).await?;
            let name = format!("attachment; filename=\"{reference}-{}-{}.jpg\"", photo.subject.code(), photo.nth);
            let name = HeaderValue::try_from(name).map_err(|_| DeskError::UNKNOWN)?;
            answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            Ok(answer)
        }
        _ => Err(DeskError::UNKNOWN),
    }
}

/// The photo in a smaller size.
async fn small(app: &App, order_line: &str, digest: Digest, size: Size) -> Result<Response, Refusal> {
    let row = store::photos::find(&mut *app.store.read_connection().await?, order_line, digest).await?;
    let row = row.ok_or_else(|| Refusal::new(Code::PhotoUnknown))?;
    let damaged = || Refusal::new(Code::PhotoDamaged);
    let _permit = PERMITS.acquire().await.map_err(|_| Refusal::new(Code::Overloaded))?;
    let file = app.photos.open_verified(order_line, digest, row.stored).await.ok().flatten().ok_or_else(damaged)?;
    let made = tokio::task::spawn_blocking(move || {
        let mut file = file;
        let mut jpeg = Vec::new();
        file.read_to_end(&mut jpeg).ok()?;
        shrink(&jpeg, size)
    });
    let jpeg = made.await.ok().flatten().ok_or_else(damaged)?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, CACHE_CONTROL)];
    Ok((headers, jpeg).into_response())
}

/// `jpeg`, a clean copy, in a smaller size. The decoder skips what a smaller picture does not need.
fn shrink(jpeg: &[u8], size: Size) -> Option<Vec<u8>> {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    decoder.scale(size.side_max, size.side_max).ok()?;
    let pixels = decoder.decode().ok()?;
    let info = decoder.info().filter(|info| info.pixel_format == PixelFormat::RGB24)?;
    let picture = RgbImage::from_raw(info.width.into(), info.height.into(), pixels)?;
    let side_max = u32::from(size.side_max);
    let (width, height) = picture.dimensions();
    let longest = width.max(height).max(side_max);
    let fitted = |side: u32| (side * side_max / longest).max(1);
    let picture =
        if longest == side_max { picture } else { imageops::thumbnail(&picture, fitted(width), fitted(height)) };
    let mut small = Vec::new();
    let mut encoder = Encoder::new(&mut small, size.quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_optimized_huffman_tables(true);
    let (width, height) = (u16::try_from(picture.width()).ok()?, u16::try_from(picture.height()).ok()?);
    encoder.encode(&picture, width, height, ColorType::Rgb).ok()?;
    Some(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_made_smaller_and_never_larger() {
        let jpeg = |width: u16, height: u16| {
            let mut jpeg = Vec::new();
            let pixels = vec![120; usize::from(width) * usize::from(height) * 3];
            Encoder::new(&mut jpeg, 87).encode(&pixels, width, height, ColorType::Rgb).unwrap();
            jpeg
        };
        for (sides, small) in
            [((2048, 1536), (96, 72)), ((1536, 2048), (72, 96)), ((3000, 20), (96, 1)), ((60, 40), (60, 40))]
        {
            let made = shrink(&jpeg(sides.0, sides.1), THUMBNAIL).unwrap();
            assert_eq!(image::load_from_memory(&made).unwrap().into_rgb8().dimensions(), small, "{sides:?}");
        }
        assert_eq!(shrink(b"\xff\xd8\xff not a picture", THUMBNAIL), None);
    }
}
