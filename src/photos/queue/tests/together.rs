//! The effects of the photos of a queue on each other: saved, sent, numbered and compared.

use super::*;

/// The state of a saved photo after a reload, by its saved fields and the backend's list.
#[test]
fn a_saved_photo_goes_on_where_it_was() {
    let cases = [
        (None, vec![], PhotoStage::Picked),
        (None, vec![name()], PhotoStage::Picked),
        (Some(name()), vec![], PhotoStage::Waiting(name())),
        (Some(name()), vec![other()], PhotoStage::Waiting(name())),
        (Some(name()), vec![other(), name()], PhotoStage::Kept(name())),
    ];
    for (digest, listed, state) in cases {
        for subject in Subject::ALL {
            let saved = SavedPhoto { id: 5, subject, digest, analysis: None };
            // A photo that the backend lists without a subject cannot be added.
            let listed: Vec<_> = listed.iter().map(|&name| kept(name, None)).collect();
            let queue = PhotoQueue::restore(vec![saved.clone()], vec![], &listed);
            let photo =
                QueuedPhoto { id: PhotoId(5), subject, state: state.clone(), analysis: None, like: None, assets: () };
            assert_eq!(queue, PhotoQueue { photos: vec![photo], next_id: 6, removed: vec![], outbox: vec![] });
            assert_eq!(queue.saved_photos(), [saved], "and it is saved as it was");
        }
    }
}

/// The state of a photo that the backend lists and this browser has not saved.
#[test]
fn a_photo_that_the_backend_alone_has_is_taken_in_unless_it_was_removed() {
    let listed = [kept(name(), Some(Subject::Label)), kept(other(), Some(Subject::Device))];
    let states = |removed: &[Digest]| -> Vec<_> {
        let queue = PhotoQueue::<()>::restore(vec![], removed.to_vec(), &listed);
        assert_eq!(queue.removed_digests(), removed, "what was removed stays so");
        queue.all().iter().map(|photo| (photo.subject, photo.state.clone())).collect()
    };
    let [label, device] = [(Subject::Label, PhotoStage::Kept(name())), (Subject::Device, PhotoStage::Kept(other()))];
    assert_eq!(states(&[]), [label.clone(), device.clone()]);
    assert_eq!(states(&[name()]), [device]);
    assert_eq!(states(&[other()]), [label]);
    assert_eq!(states(&[other(), name()]), []);
}

#[test]
fn photos_from_elsewhere_come_after_those_that_were_saved_and_get_new_numbers() {
    let saved =
        [3, 1].map(|id| SavedPhoto { id, subject: Subject::Device, digest: Some(digest(id as u8)), analysis: None });
    let mut queue = PhotoQueue::restore(saved.to_vec(), vec![], &[kept(name(), Some(Subject::Device))]);
    let ids: Vec<_> = queue.all().iter().map(|photo| photo.id.0).collect();
    assert_eq!(ids, [3, 1, 4]);
    assert_eq!(queue.pick(Subject::Label, ()), PhotoId(5));
}

#[test]
fn a_removed_photo_that_is_picked_again_is_no_longer_removed() {
    let mut queue = PhotoQueue::restore(vec![], vec![name()], &[]);
    let id = queue.pick(Subject::Device, ());
    queue.record_prepared(id, name(), None);
    assert_eq!(queue.removed_digests(), []);
    assert_eq!(queue.digests().device, [name()]);
}

#[test]
fn what_cannot_serve_is_not_saved() {
    for state in states() {
        let is_refused = matches!(state, PhotoStage::Rejected(_));
        let queue = queue_in(state);
        assert_eq!(queue.saved_photos().is_empty(), is_refused);
        assert_eq!(queue.count() == 0, is_refused);
    }
}

#[test]
fn two_uploads_run_at_a_time_in_the_order_of_picking() {
    let (mut queue, ids) = prepared(3);
    assert_eq!(uploads(&mut queue), [(ids[0], digest(0)), (ids[1], digest(1))]);
    assert_eq!(uploads(&mut queue), []);
    queue.record_upload_end(ids[1], digest(1), Ok(()));
    assert_eq!(uploads(&mut queue), [(ids[2], digest(2))]);
}

#[test]
fn a_failed_or_removed_upload_makes_room_for_the_next() {
    let (mut queue, ids) = prepared(4);
    uploads(&mut queue);
    queue.record_upload_end(ids[0], digest(0), Err(Failure::SignedOut));
    assert_eq!(uploads(&mut queue), [(ids[2], digest(2))]);
    queue.remove(ids[1]);
    assert_eq!(uploads(&mut queue), [(ids[3], digest(3))]);
}

#[test]
fn a_few_photos_are_in_memory_at_a_time_in_the_order_of_picking() {
    let mut queue = PhotoQueue::default();
    let ids: Vec<_> = (0..PREPARED_AT_ONCE + 2).map(|_| queue.pick(Subject::Device, ())).collect();
    let (ids, later) = ids.split_at(PREPARED_AT_ONCE);
    assert_eq!(preparing(&mut queue), ids);
    assert_eq!(preparing(&mut queue), []);
    queue.record_prepared(ids[1], name(), None);
    assert_eq!(preparing(&mut queue), [later[0]]);
    queue.record_rejected(ids[0], PhotoRejection::Unreadable);
    assert_eq!(preparing(&mut queue), [later[1]]);
}

#[test]
fn the_same_picture_twice_is_one_picture() {
    let (mut queue, _) = prepared(2);
    let again = queue.pick(Subject::Packaging, ());
    queue.record_prepared(again, digest(1), None);
    assert_eq!(queue.get(again).unwrap().state, PhotoStage::Rejected(PhotoRejection::SameAs(Subject::Device, 2)));
    assert_eq!(queue.digests().packaging, []);
}

/// The one that was picked later was ready first, and has come to `later`; what becomes of both.
#[test]
fn of_two_same_pictures_the_one_picked_first_counts() {
    let cases = [
        (PhotoStage::Waiting(name()), PhotoStage::Waiting(name())),
        (uploading(), PhotoStage::Waiting(name())),
        (PhotoStage::Failed(name(), Failure::SignedOut), PhotoStage::Waiting(name())),
        (PhotoStage::Kept(name()), PhotoStage::Kept(name())),
    ];
    for (later, first) in cases {
        let mut queue = PhotoQueue::default();
        let ids = [queue.pick(Subject::Label, ()), queue.pick(Subject::Device, ())];
        queue.get_mut(ids[1]).unwrap().state = later.clone();
        queue.record_prepared(ids[0], name(), None);
        assert_eq!(queue.get(ids[0]).unwrap().state, first, "{later:?}");
        assert_eq!(
            queue.get(ids[1]).unwrap().state,
            PhotoStage::Rejected(PhotoRejection::SameAs(Subject::Label, 1)),
            "{later:?}"
        );
    }
}

#[test]
fn a_removed_photo_makes_room_for_the_same_picture() {
    let (mut queue, ids) = prepared(1);
    queue.remove(ids[0]);
    let again = queue.pick(Subject::Device, ());
    queue.record_prepared(again, digest(0), None);
    assert_eq!(queue.digests().device, [digest(0)]);
}

#[test]
fn how_far_the_sending_has_come_counts_every_photo_that_may_serve() {
    let under_way = |kept, of| UploadStatus::UnderWay { kept, of };
    let alone = states().map(|state| queue_in(state).upload_status());
    let failed = UploadStatus::Failed(Failure::SignedOut);
    let [preparing, all] = [under_way(0, 1), UploadStatus::AllKept];
    let expected =
        [preparing.clone(), preparing.clone(), preparing.clone(), preparing, all.clone(), all.clone(), failed.clone()];
    assert_eq!(alone, expected);
    assert_eq!(PhotoQueue::<()>::default().upload_status(), all);

    let (mut queue, ids) = prepared(3);
    queue.get_mut(ids[1]).unwrap().state = PhotoStage::Kept(digest(1));
    assert_eq!(queue.upload_status(), under_way(1, 3));
    queue.get_mut(ids[2]).unwrap().state = PhotoStage::Failed(digest(2), Failure::SignedOut);
    assert_eq!(queue.upload_status(), failed, "one that needs the customer comes before those under way");
    queue.remove(ids[2]);
    queue.get_mut(ids[0]).unwrap().state = PhotoStage::Rejected(PhotoRejection::Backend(PhotoRefusal::Type));
    assert_eq!(queue.upload_status(), all);
}

#[test]
fn photos_are_numbered_among_those_of_their_subject() {
    let mut queue = PhotoQueue::default();
    let ids = [Subject::Device, Subject::Label, Subject::Device].map(|subject| queue.pick(subject, ()));
    assert_eq!(ids.map(|id| queue.number_within_subject(id)), [1, 1, 2]);
    queue.remove(ids[0]);
    assert_eq!(queue.number_within_subject(ids[2]), 1);
}

#[test]
fn what_may_be_worth_another_try_is_said_of_photos_that_count() {
    let mut queue = PhotoQueue::default();
    let ids = [(); 4].map(|()| queue.pick(Subject::Device, ()));
    queue.record_prepared(ids[0], digest(0), Some(dark()));
    queue.record_prepared(ids[1], digest(1), Some(speckled()));
    queue.record_prepared(ids[2], digest(2), Some(speckled()));
    let of_itself = speckled().advice().to_vec();
    let alone = |n, advice| PhotoAdvice { photo: digest(n), advice, like: None };
    let alike = |n, like| PhotoAdvice { photo: digest(n), advice: Advice::Alike, like: Some(digest(like)) };
    let of = |n| of_itself.iter().map(move |&advice| alone(n, advice));
    let dark: Vec<_> = dark().advice().iter().map(|&advice| alone(0, advice)).collect();
    let expected: Vec<_> = dark.iter().cloned().chain(of(1)).chain(of(2)).chain([alike(2, 1)]).collect();
    assert!(dark.iter().any(|advised| advised.advice == Advice::Dark));
    assert_eq!(queue.all_advice(), expected);

    // The one that it is like is gone, and nothing is left to compare with.
    queue.remove(ids[1]);
    assert_eq!(queue.all_advice(), dark.into_iter().chain(of(2)).collect::<Vec<_>>());
    queue.get_mut(ids[0]).unwrap().state = PhotoStage::Rejected(PhotoRejection::Backend(PhotoRefusal::Unreadable));
    assert_eq!(queue.all_advice(), of(2).collect::<Vec<_>>());
}

#[test]
fn likeness_is_told_anew_when_photos_are_taken_up_again() {
    let mut queue = PhotoQueue::default();
    let ids = [(); 2].map(|()| queue.pick(Subject::Device, ()));
    queue.record_prepared(ids[0], digest(0), Some(speckled()));
    queue.record_prepared(ids[1], digest(1), Some(speckled()));
    assert_eq!(PhotoQueue::<()>::restore(queue.saved_photos(), vec![], &[]).all_advice(), queue.all_advice());
}

/// Two workers are ready in whichever order they like; the claim, and with it its key, is to be the same.
#[test]
fn likeness_does_not_depend_on_which_photo_was_ready_first() {
    let advised = |order: [usize; 3]| {
        let mut queue = PhotoQueue::default();
        let ids = [(); 3].map(|()| queue.pick(Subject::Device, ()));
        for n in order {
            queue.record_prepared(ids[n], digest(u8::try_from(n).unwrap()), Some(speckled()));
        }
        queue.all_advice()
    };
    let in_order = advised([0, 1, 2]);
    assert_eq!(in_order.iter().filter(|advised| advised.advice == Advice::Alike).count(), 2);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(advised(order), in_order, "{order:?}");
    }
}

#[test]
fn who_removes_the_first_of_three_alike_is_told_of_the_two_that_are_left() {
    let mut queue = PhotoQueue::default();
    let ids = [(); 3].map(|()| queue.pick(Subject::Device, ()));
    for (id, n) in ids.into_iter().zip(0..) {
        queue.record_prepared(id, digest(n), Some(speckled()));
    }
    queue.remove(ids[0]);
    assert_eq!(queue.get(ids[1]).and_then(|photo| photo.like), None);
    assert_eq!(queue.get(ids[2]).and_then(|photo| photo.like), Some(ids[1]));
    assert_eq!(queue.all_advice(), PhotoQueue::<()>::restore(queue.saved_photos(), vec![], &[]).all_advice());
}

fn kept(sha256: Digest, subject: Option<Subject>) -> UploadedPhoto {
    UploadedPhoto { sha256, width: 2048, height: 1536, subject }
}

fn dark() -> PhotoAnalysis {
    analyse(&[9; 320 * 240], 320, 240, (2048, 1536))
}

/// A picture that has something to be recognised by: squares of many greys.
fn speckled() -> PhotoAnalysis {
    let grey = |x: usize, y: usize| ((x / 16) * 73 + (y / 16) * 151 + (x / 16) * (y / 16) * 29) % 200 + 30;
    let luma: Vec<_> = (0..320 * 240).map(|at| u8::try_from(grey(at % 320, at / 320)).unwrap()).collect();
    analyse(&luma, 320, 240, (2048, 1536))
}
