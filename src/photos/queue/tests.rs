//! Tables of every transition, allowed and not.

use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    contract::UploadedPhoto,
};

use super::{super::advice::analyse, *};
use crate::{failure::PhotoRefusal, saved::SavedPhoto};

mod together;

fn digest(n: u8) -> Digest {
    Digest::new([n; 32])
}

/// The digest of the prepared photo in these tables.
fn name() -> Digest {
    digest(70)
}

fn other() -> Digest {
    digest(80)
}

/// A photo in every state that there is.
fn states() -> [PhotoStage; 7] {
    [
        PhotoStage::Picked,
        PhotoStage::Preparing,
        PhotoStage::Waiting(name()),
        uploading(),
        PhotoStage::Kept(name()),
        PhotoStage::Rejected(PhotoRejection::Type),
        PhotoStage::Failed(name(), Failure::SignedOut),
    ]
}

fn uploading() -> PhotoStage {
    PhotoStage::Uploading { digest: name(), percent: 10 }
}

/// A queue with one photo of the device in `state`, called 0.
fn queue_in(state: PhotoStage) -> PhotoQueue {
    let photo = QueuedPhoto { id: PhotoId(0), subject: Subject::Device, state, analysis: None, like: None, assets: () };
    PhotoQueue { photos: vec![photo], next_id: 1, removed: vec![], outbox: vec![] }
}

/// `event` leads from the first to the second of each pair, and from every other state nowhere.
fn check(event: impl Fn(&mut PhotoQueue, PhotoId), transitions: &[(PhotoStage, PhotoStage)]) {
    for from in states() {
        let to = transitions.iter().find(|(start, _)| *start == from).map_or(from.clone(), |(_, to)| to.clone());
        let mut queue = queue_in(from.clone());
        event(&mut queue, PhotoId(0));
        queue.outbox.clear();
        assert_eq!(queue, queue_in(to), "from {from:?}");
        let before = queue.clone();
        event(&mut queue, PhotoId(9));
        queue.outbox.clear();
        assert_eq!(queue, before, "of a photo that is not there");
    }
}

/// A queue with `count` prepared photos of the device, called `digest(0)` and so on.
fn prepared(count: u8) -> (PhotoQueue, Vec<PhotoId>) {
    let mut queue = PhotoQueue::default();
    let ids: Vec<_> = (0..count).map(|_| queue.pick(Subject::Device, ())).collect();
    for (n, &id) in (0..).zip(&ids) {
        queue.record_prepared(id, digest(n), None);
    }
    (queue, ids)
}

/// The uploads that start now.
fn uploads(queue: &mut PhotoQueue) -> Vec<(PhotoId, Digest)> {
    let commands = queue.take_commands(2).into_iter();
    commands
        .filter_map(|command| if let PhotoCommand::Upload(id, digest, _) = command { Some((id, digest)) } else { None })
        .collect()
}

/// The photos that are prepared from now on.
fn preparing(queue: &mut PhotoQueue) -> Vec<PhotoId> {
    let commands = queue.take_commands(2).into_iter();
    commands.filter_map(|command| if let PhotoCommand::Prepare(id) = command { Some(id) } else { None }).collect()
}

#[test]
fn only_what_was_picked_is_prepared_and_only_what_waits_is_sent() {
    let id = PhotoId(0);
    for from in states() {
        let mut queue = queue_in(from.clone());
        let commands = queue.take_commands(2);
        let (to, expected) = match from {
            PhotoStage::Picked => (PhotoStage::Preparing, vec![PhotoCommand::Prepare(id)]),
            PhotoStage::Waiting(digest) => {
                (PhotoStage::Uploading { digest, percent: 0 }, vec![PhotoCommand::Upload(id, digest, Subject::Device)])
            }
            from => (from, vec![]),
        };
        assert_eq!((queue.photos[0].state.clone(), commands), (to, expected));
        assert_eq!(queue.take_commands(2), [], "it is told once");
    }
}

/// The commands after `event` on a photo in `state`.
fn after(state: PhotoStage, event: impl Fn(&mut PhotoQueue, PhotoId)) -> Vec<PhotoCommand> {
    let mut queue = queue_in(state);
    event(&mut queue, PhotoId(0));
    queue.outbox
}

#[test]
fn each_event_says_what_is_to_be_done_about_the_bytes() {
    let id = PhotoId(0);
    let mut queue = PhotoQueue::default();
    queue.pick(Subject::Label, ());
    assert_eq!(queue.take_commands(2), [PhotoCommand::SavePicked(id), PhotoCommand::Prepare(id)]);
    let prepared = after(PhotoStage::Preparing, |queue, id| queue.record_prepared(id, name(), None));
    assert_eq!(prepared, [PhotoCommand::SaveProcessed(id)]);
    let rejected = after(PhotoStage::Preparing, |queue, id| queue.record_rejected(id, PhotoRejection::Type));
    assert_eq!(rejected, [PhotoCommand::RemoveSavedLater(id)]);
    let refusal = Err(Failure::Refused(Refusal::Photo(PhotoRefusal::Type)));
    let refused = after(uploading(), |queue, id| queue.record_upload_end(id, name(), refusal.clone()));
    assert_eq!(refused, [PhotoCommand::RemoveSavedLater(id)]);
    assert_eq!(after(uploading(), |queue, id| queue.record_upload_end(id, name(), Ok(()))), []);
}

#[test]
fn what_arrives_after_it_was_removed_is_deleted_unless_the_same_picture_is_there_again() {
    let mut queue = queue_in(uploading());
    queue.remove(PhotoId(0));
    assert_eq!(queue.take_commands(2), [PhotoCommand::RemoveSaved(PhotoId(0)), PhotoCommand::Delete(name())]);
    queue.record_upload_end(PhotoId(0), name(), Err(Failure::Unreachable));
    assert_eq!(queue.take_commands(2), []);
    queue.record_upload_end(PhotoId(0), name(), Ok(()));
    assert_eq!(queue.take_commands(2), [PhotoCommand::Delete(name())]);
    let again = queue.pick(Subject::Device, ());
    queue.record_prepared(again, name(), None);
    queue.take_commands(2);
    queue.record_upload_end(PhotoId(0), name(), Ok(()));
    assert_eq!(queue.take_commands(2), []);
}

#[test]
fn what_was_prepared_waits_for_its_turn_and_is_prepared_once() {
    let waits = |from| (from, PhotoStage::Waiting(other()));
    check(
        |queue, id| queue.record_prepared(id, other(), None),
        &[waits(PhotoStage::Picked), waits(PhotoStage::Preparing)],
    );
}

#[test]
fn a_photo_is_rejected_until_it_is_ready() {
    let rejected = |from| (from, PhotoStage::Rejected(PhotoRejection::Heic));
    check(
        |queue, id| queue.record_rejected(id, PhotoRejection::Heic),
        &[rejected(PhotoStage::Picked), rejected(PhotoStage::Preparing)],
    );
}

#[test]
fn what_is_not_there_when_its_turn_comes_is_prepared_once_more() {
    check(PhotoQueue::record_unprepared, &[(uploading(), PhotoStage::Picked)]);
}

#[test]
fn progress_is_that_of_what_is_on_its_way() {
    let further = PhotoStage::Uploading { digest: name(), percent: 42 };
    check(|queue, id| queue.record_progress(id, 42), &[(uploading(), further)]);
}

#[test]
fn an_upload_ends_kept_rejected_failed_or_back_in_line() {
    let cases = [
        (Ok(()), PhotoStage::Kept(name())),
        (
            Err(Failure::Refused(Refusal::Photo(PhotoRefusal::Type))),
            PhotoStage::Rejected(PhotoRejection::Backend(PhotoRefusal::Type)),
        ),
        (Err(Failure::SignedOut), PhotoStage::Failed(name(), Failure::SignedOut)),
        (Err(Failure::UnexpectedResponse), PhotoStage::Failed(name(), Failure::UnexpectedResponse)),
        (Err(Failure::Unreachable), PhotoStage::Waiting(name())),
        (Err(Failure::Later(Some(86_400))), PhotoStage::Failed(name(), Failure::Later(Some(86_400)))),
        (Err(Failure::ClaimExists), PhotoStage::Failed(name(), Failure::ClaimExists)),
    ];
    for (outcome, end) in cases {
        check(|queue, id| queue.record_upload_end(id, name(), outcome.clone()), &[(uploading(), end)]);
    }
}

#[test]
fn only_what_failed_is_tried_again() {
    let again = (PhotoStage::Failed(name(), Failure::SignedOut), PhotoStage::Waiting(name()));
    check(PhotoQueue::retry, std::slice::from_ref(&again));
    for from in states() {
        let mut queue = queue_in(from.clone());
        queue.retry_all();
        let to = if from == again.0 { again.1.clone() } else { from };
        assert_eq!(queue, queue_in(to));
    }
}

#[test]
fn only_what_was_kept_can_be_forgotten() {
    for from in states() {
        let mut queue = queue_in(from.clone());
        queue.requeue_missing(&[other()]);
        assert_eq!(queue, queue_in(from.clone()), "another photo was forgotten");
        queue.requeue_missing(&[other(), name()]);
        let to = if from == PhotoStage::Kept(name()) { PhotoStage::Waiting(name()) } else { from };
        assert_eq!(queue, queue_in(to));
    }
}

#[test]
fn every_photo_can_be_removed_and_is_remembered_if_the_backend_may_have_it() {
    for from in states() {
        let mut queue = queue_in(from.clone());
        queue.remove(PhotoId(0));
        let removed: Vec<_> = from.digest().into_iter().collect();
        let deletions = removed.iter().map(|&digest| PhotoCommand::Delete(digest));
        let outbox = [PhotoCommand::RemoveSaved(PhotoId(0))].into_iter().chain(deletions).collect();
        assert_eq!(queue, PhotoQueue { photos: vec![], next_id: 1, removed, outbox }, "{from:?}");
        queue.outbox.clear();
        queue.remove(PhotoId(0));
        assert_eq!(queue.outbox, [], "it is removed once");
    }
}

#[test]
fn what_happens_to_a_removed_photo_changes_nothing() {
    let events: [fn(&mut PhotoQueue, PhotoId); 6] = [
        |queue, id| queue.record_prepared(id, name(), None),
        |queue, id| queue.record_rejected(id, PhotoRejection::Type),
        PhotoQueue::record_unprepared,
        |queue, id| queue.record_progress(id, 50),
        |queue, id| queue.record_upload_end(id, name(), Err(Failure::SignedOut)),
        PhotoQueue::retry,
    ];
    for event in events {
        let mut queue = queue_in(PhotoStage::Kept(name()));
        queue.remove(PhotoId(0));
        let before = queue.clone();
        event(&mut queue, PhotoId(0));
        assert_eq!(queue, before);
    }
}
