//! The pictures of the corpus (`crates/photo-corpus`), each developed as it comes off the wire: shown whole and upright, or
//! refused. The widget's own answers, in three engines, are held against the same in the journeys.

use damage_report_backend::photo::reencode::reencode;
use damage_report_photo_corpus::{all, exif};
use damage_report_rules::policy::Policy;

#[test]
fn each_picture_of_the_corpus_is_kept_upright_and_whole_or_refused() {
    let policy = Policy::default();
    let wrong: Vec<String> = all()
        .into_iter()
        .filter_map(|sample| {
            let kept = reencode(&sample.bytes, &policy).ok();
            let left = kept.as_ref().map(|photo| exif::secrets_in(&photo.jpeg)).unwrap_or_default();
            let judged = sample.check_outcome(kept.as_ref().map(|photo| &photo.jpeg[..]));
            judged.err().or_else(|| (!left.is_empty()).then(|| format!("{}: {left:?} is left", sample.name)))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), all().len(), wrong.join("\n"));
}
