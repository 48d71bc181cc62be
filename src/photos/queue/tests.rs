//! What may follow what: every transition, one story a test.

use super::*;

fn digest(n: u8) -> Digest {
    Digest::new([n; 32])
}

/// A queue with `count` prepared device photos.
fn queue(count: u8) -> (Queue, Vec<PhotoId>) {
    let mut queue = Queue::default();
    let ids: Vec<_> = (0..count).map(|_| queue.pick(Subject::Device)).collect();
    for (n, &id) in (0..).zip(&ids) {
        queue.prepared(id, digest(n), None);
    }
    (queue, ids)
}

/// Starts the next upload, as the shelf does.
fn start_next(queue: &mut Queue) -> Option<(PhotoId, Digest)> {
    let next = queue.next();
    if let Some((id, _)) = next {
        queue.start(id);
    }
    next
}

#[test]
fn two_uploads_run_at_a_time_in_the_order_of_picking() {
    let (mut queue, ids) = queue(3);
    assert_eq!(start_next(&mut queue), Some((ids[0], digest(0))));
    assert_eq!(start_next(&mut queue), Some((ids[1], digest(1))));
    assert_eq!(start_next(&mut queue), None);
    queue.uploaded(ids[1], Ok(()));
    assert_eq!(start_next(&mut queue), Some((ids[2], digest(2))));
}

#[test]
fn the_same_picture_twice_is_one_picture() {
    let (mut queue, _) = queue(2);
    let again = queue.pick(Subject::Packaging);
    queue.prepared(again, digest(1), None);
    let refusal = Refusal::SameAs(Subject::Device, 2);
    assert_eq!(queue.get(again).unwrap().state, State::Refused(refusal));
    assert_eq!(queue.digests().packaging, []);
}

#[test]
fn of_two_same_pictures_the_one_picked_first_counts() {
    let mut queue = Queue::default();
    let (first, second) = (queue.pick(Subject::Device), queue.pick(Subject::Device));
    queue.prepared(second, digest(1), None);
    start_next(&mut queue);
    queue.prepared(first, digest(1), None);
    assert_eq!(queue.get(first).unwrap().state, State::Waiting(digest(1)));
    assert_eq!(queue.get(second).unwrap().state, State::Refused(Refusal::SameAs(Subject::Device, 1)));
}

#[test]
fn a_removed_photo_makes_room_for_the_same_picture() {
    let (mut queue, ids) = queue(1);
    queue.remove(ids[0]);
    let again = queue.pick(Subject::Device);
    queue.prepared(again, digest(0), None);
    assert_eq!(queue.digests().device, [digest(0)]);
}

#[test]
fn a_failed_upload_counts_and_can_be_tried_again() {
    let (mut queue, ids) = queue(1);
    start_next(&mut queue);
    queue.uploaded(ids[0], Err(Failure::Unreachable));
    assert_eq!(queue.digests().device, [digest(0)]);
    assert_eq!(queue.standing(), Standing::Failed(Failure::Unreachable));
    queue.retry(ids[0]);
    assert_eq!(start_next(&mut queue), Some((ids[0], digest(0))));
}

#[test]
fn a_photo_that_the_backend_refuses_does_not_count() {
    let (mut queue, ids) = queue(1);
    start_next(&mut queue);
    queue.uploaded(ids[0], Err(Failure::Refused(Code::PhotoUnreadable)));
    assert_eq!(queue.digests().device, []);
    assert_eq!(queue.standing(), Standing::AllKept);
}

#[test]
fn what_ends_after_its_photo_was_removed_changes_nothing() {
    let (mut queue, ids) = queue(1);
    start_next(&mut queue);
    queue.remove(ids[0]);
    queue.progressed(ids[0], 50);
    queue.uploaded(ids[0], Ok(()));
    assert_eq!(queue, Queue { photos: vec![], next_id: 1, removed: vec![digest(0)] });
}

#[test]
fn photos_that_the_backend_forgot_are_sent_again() {
    let (mut queue, ids) = queue(2);
    for id in ids {
        start_next(&mut queue);
        queue.uploaded(id, Ok(()));
    }
    assert_eq!(queue.standing(), Standing::AllKept);
    queue.forgotten(&[digest(1)]);
    assert_eq!(queue.standing(), Standing::UnderWay { kept: 1, of: 2 });
}
