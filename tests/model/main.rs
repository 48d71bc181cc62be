//! A report as a model: the queue, the saved draft and the sending, driven by random sequences of what customers, networks
//! and browsers do, against a shop and a disk that remember only what they were really given.
//!
//! What happens on the page is the product's own code: `photos::queue` says what is done when, `api::photo_sending` and `retry` send it,
//! `sending` posts the claim, `saved` is what is saved, and `persistence::answer_writes` when. The rest of this test is the world around it. `browser` tests signals, IndexedDB and XHR.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod disk;
mod event;
mod line;
mod page;
mod picture;
mod shop;
mod world;

use damage_report_rules::evidence::Subject;
use proptest::{collection::vec, prelude::*};

use crate::{event::Event, picture::PICTURES, shop::Fate, world::World};

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Fine),
        2 => Just(Fate::Broken),
        2 => Just(Fate::Lost),
        1 => Just(Fate::Stalled),
        1 => prop::sample::select(vec![408, 425, 429, 500, 502, 503, 504]).prop_map(|status| Fate::Status(status, None)),
        1 => prop::sample::select(vec![7, 86_400]).prop_map(|after| Fate::Status(503, Some(after))),
        1 => Just(Fate::DoneButFailed),
        1 => Just(Fate::Portal),
        1 => Just(Fate::Refused),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let subject = prop_oneof![4 => Just(Subject::Device), 1 => Just(Subject::Packaging), 1 => Just(Subject::Label)];
    prop_oneof![
        10 => (0..PICTURES, subject).prop_map(|(picture, subject)| Event::Pick(picture, subject)),
        4 => (any::<u8>(), fate()).prop_map(|(which, fate)| Event::Remove(which, fate)),
        40 => (any::<u8>(), fate()).prop_map(|(which, fate)| Event::Work(which, fate)),
        1 => Just(Event::Wish),
        6 => Just(Event::Submit),
        2 => any::<u8>().prop_map(Event::Retry),
        2 => Just(Event::Back),
        1 => fate().prop_map(Event::StartAgain),
        5 => any::<(bool, bool)>().prop_map(|(in_between, arrives_late)| Event::Kill { in_between, arrives_late }),
        3 => any::<bool>().prop_map(Event::Online),
        2 => Just(Event::TokensExpire),
        2 => any::<bool>().prop_map(Event::SignedIn),
        2 => any::<u8>().prop_map(Event::Forget),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_is_lost_or_sent_twice_and_there_is_a_way_out(events in vec(event(), 1..=40)) {
        let mut world = World::new();
        for event in events {
            world.goes_through(event);
            world.check();
        }
        world.becomes_well();
    }
}

#[test]
fn a_picture_given_twice_outlives_a_kill_between_its_second_copy_and_the_answers() {
    let kill = Event::Kill { in_between: true, arrives_late: false };
    let pick = || Event::Pick(5, Subject::Device);
    let work = |which| Event::Work(which, Fate::Fine);
    let mut world = World::new();
    // The second copy is prepared first, then the first: from there on the second cannot serve.
    for event in [pick(), work(0), pick(), work(1), work(1), work(0), kill, work(0), Event::Remove(0, Fate::Fine)] {
        world.goes_through(event);
        world.check();
    }
    assert!(world.has_saved(5), "the bytes of the second copy are gone, though the answers still name it");
    world.becomes_well();
}
