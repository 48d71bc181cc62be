//! The world around a page: a customer, a shop, a disk and a line between them; and what must always be so.

use std::collections::BTreeSet;

use damage_report::{
    failure::Rejection,
    flow::{Phase, Step},
    photos::queue::State,
    saved::PhotoId,
};
use damage_report_rules::{
    claim::Wish,
    evidence::{Digest, Subject},
    policy::Policy,
};

use crate::{
    disk::Disk,
    event::Event,
    page::{Means, Page, Work},
    picture::{PICTURES, UNREADABLE},
    shop::{End, Fate, Shop},
};

/// How much has to happen before a world that is well has nothing left to do: far more than a draft has photos.
const LONG: usize = 500;

pub(crate) struct World {
    shop: Shop,
    disk: Disk,
    page: Option<Page>,
    is_online: bool,
    is_signed_in: bool,
    /// The pictures that the customer gave and did not remove.
    wanted: BTreeSet<u8>,
    /// The pictures that the customer removed and did not give again.
    gone: BTreeSet<u8>,
    /// The answers before a photo got its name, if that is what happened last.
    before_name: Option<Option<String>>,
    /// What arrives after its page has died.
    late: Vec<(Digest, Subject)>,
}

impl World {
    /// A customer opens the page for the first time.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            shop: Shop::default(),
            disk: Disk::default(),
            page: None,
            is_online: true,
            is_signed_in: true,
            wanted: BTreeSet::new(),
            gone: BTreeSet::new(),
            before_name: None,
            late: vec![],
        };
        world.open(Fate::Fine);
        world
    }

    pub(crate) fn goes_through(&mut self, event: Event) {
        let before_name = self.before_name.take();
        match event {
            Event::Online(is_online) => self.is_online = is_online,
            Event::SignedIn(is_signed_in) => self.is_signed_in = is_signed_in,
            Event::TokensExpire => self.shop.expire_tokens(),
            Event::Forget(which) => {
                self.shop.forget(which);
            }
            Event::Kill { in_between, arrives_late } => {
                let before_name = before_name.filter(|_| in_between);
                self.die(before_name, arrives_late);
            }
            Event::Work(which, fate) => self.work(which, fate),
            Event::Pick(picture, subject) => self.with_page(|world, page| world.pick(page, picture, subject)),
            Event::Remove(which, fate) => self.with_page(|world, page| {
                // On the check there is no button for it.
                if let (Phase::Filling(_), Some(place)) =
                    (&page.phase, usize::from(which).checked_rem(page.queue.all().len()))
                {
                    let id = page.queue.all()[place].id;
                    world.remove(page, id, fate);
                }
            }),
            Event::Wish => self.with_page(|_, page| {
                if matches!(page.phase, Phase::Filling(_) | Phase::Failed(..)) {
                    page.wish = if page.wish.is_none() { Some(Wish::Refund) } else { None };
                }
            }),
            Event::Submit => self.with_page(|_, page| page.submit()),
            Event::Retry(which) => self.with_page(|_, page| {
                if let Some(place) = usize::from(which).checked_rem(page.queue.all().len()) {
                    page.queue.retry(page.queue.all()[place].id);
                }
            }),
            Event::Back => self.with_page(|_, page| {
                if !matches!(page.phase, Phase::Sent(_)) {
                    page.phase = Phase::Filling(Step::Device);
                }
            }),
            Event::StartAgain(fate) => self.with_page(|world, page| {
                if matches!(page.phase, Phase::Filling(_)) {
                    for id in page.queue.all().iter().map(|photo| photo.id).collect::<Vec<_>>() {
                        world.remove(page, id, fate);
                    }
                    page.wish = None;
                }
            }),
        }
    }

    /// What must be so at every moment.
    pub(crate) fn check(&self) {
        assert!(self.shop.claims_made <= 1, "there are two claims");
        let Some(page) = &self.page else { return };
        if matches!(page.phase, Phase::Sent(_)) {
            assert!(self.shop.claim().is_some(), "the customer is told of a claim that is not there");
            assert_eq!(self.disk.answers, None, "what was submitted is still in the browser");
            return;
        }
        let is_there = |picture| photos_of(page, picture).next().is_some();
        for &picture in &self.wanted {
            assert!(is_there(picture), "picture {picture} is lost; {:?}", page.queue);
        }
        for &picture in &self.gone {
            assert!(!is_there(picture), "picture {picture} is back; {:?}", page.queue);
        }
        self.check_way_out(page);
    }

    /// Something is under way, or the customer has a button.
    fn check_way_out(&self, page: &Page) {
        let works = page.works();
        let count = |is: fn(&State) -> bool| page.queue.all().iter().filter(|photo| is(&photo.state)).count();
        let sending = count(|state| matches!(state, State::Uploading { .. }));
        let in_memory = count(|state| matches!(state, State::Reading | State::Preparing));
        for photo in page.queue.all() {
            let is_in_hand = match photo.state {
                State::Picked => in_memory > 0,
                State::Reading => works.contains(&Work::Read(photo.id)),
                State::Preparing => works.contains(&Work::Prepare(photo.id)),
                State::Waiting(_) => sending > 0,
                State::Uploading { digest, .. } => works.contains(&Work::Send(photo.id, digest)),
                // Nothing is to be done, or there is a button for it.
                State::Kept(_) | State::Refused(_) | State::Failed(..) => true,
            };
            assert!(is_in_hand, "nobody sees to {photo:?}");
        }
        if matches!(page.phase, Phase::Sending(_)) {
            assert!(!works.is_empty(), "it is being sent, and nobody does it; {:?}", page.queue);
        }
    }

    /// The line is good, the customer signed in, and they press the button that is offered: then everything arrives.
    pub(crate) fn becomes_well(mut self) {
        (self.is_online, self.is_signed_in) = (true, true);
        self.settle();
        // Three photos of the device are enough, whatever was there before.
        for picture in PICTURES..PICTURES + 3 {
            self.with_page(|world, page| {
                if !matches!(page.phase, Phase::Sent(_)) && page.queue.counting() < photos_max() {
                    world.pick(page, picture, Subject::Device);
                }
            });
            self.settle();
        }
        // Once more where they are asked: a photo that the shop has lost may be one that this browser does not have either.
        for _ in 0..2 {
            self.with_page(|_, page| page.submit());
            self.settle();
        }
        let page = self.page.as_ref().unwrap();
        let devices = page.queue.digests().device.len();
        if devices < 3 && !matches!(page.phase, Phase::Sent(_)) {
            // A claim full of other photos cannot take three of the device.
            assert!(page.queue.counting() + 3 > photos_max(), "{:?}", page.queue);
            return;
        }
        assert!(matches!(page.phase, Phase::Sent(_)), "it cannot be sent: {:?} {:?}", page.phase, page.queue);
        let claim = self.shop.claim().unwrap();
        assert!(page.posted.is_empty() || page.posted.contains(claim), "the claim is none that was posted");
    }

    /// Everything is done that can be done, and tried again where there is a button for it.
    fn settle(&mut self) {
        for _ in 0..LONG {
            self.work(0, Fate::Fine);
            self.check();
            self.with_page(|_, page| {
                if page.works().is_empty() {
                    page.queue.retry_all();
                    if matches!(page.phase, Phase::Failed(..)) {
                        page.submit();
                    }
                }
            });
            if self.page.as_ref().is_some_and(|page| page.works().is_empty()) {
                return;
            }
        }
        panic!("it goes round in a circle: {:?}", self.page.as_ref().map(Page::works));
    }

    fn pick(&mut self, page: &mut Page, picture: u8, subject: Subject) {
        if matches!(page.phase, Phase::Filling(_)) && page.queue.counting() < photos_max() {
            page.pick(picture, subject);
            self.gone.remove(&picture);
        }
    }

    fn remove(&mut self, page: &mut Page, id: PhotoId, fate: Fate) {
        let picture = page.picture(id);
        let fate = if self.is_online { fate } else { Fate::Broken };
        let mut means = Means { shop: &mut self.shop, disk: &mut self.disk, is_signed_in: self.is_signed_in };
        if let Some(digest) = page.remove(&mut means, id) {
            // Where this does not arrive, that it was removed is remembered.
            let _ = page.authorised(&mut means, |shop, token| shop.delete(token, fate, digest));
        }
        let Some(picture) = picture else { return };
        self.is_wanted_where_saved(page, picture);
        if photos_of(page, picture).next().is_none() {
            self.gone.insert(picture);
        }
    }

    fn work(&mut self, which: u8, fate: Fate) {
        let fate = if self.is_online { fate } else { Fate::Broken };
        for (digest, subject) in std::mem::take(&mut self.late) {
            self.shop.keep(digest, subject);
        }
        if self.page.is_none() {
            return self.open(fate);
        }
        let before = self.disk.answers.clone();
        self.with_page(|world, page| {
            let works = page.works();
            let Some(place) = usize::from(which).checked_rem(works.len()) else { return };
            let work = works[place];
            let mut means = Means { shop: &mut world.shop, disk: &mut world.disk, is_signed_in: world.is_signed_in };
            page.work(&mut means, work, fate);
            match work {
                // From here on it is on the disk.
                Work::Read(id) => world.wanted.extend(page.picture(id).filter(|picture| *picture != UNREADABLE)),
                Work::Prepare(_) => world.before_name = Some(before),
                Work::Send(..) | Work::Post => {}
            }
            world.hear_of_refusals(page);
        });
    }

    /// The shop does not take a photo, and the customer is told which.
    fn hear_of_refusals(&mut self, page: &Page) {
        for photo in page.queue.all() {
            if let (State::Refused(Rejection::Backend(_)), Some(picture)) = (&photo.state, page.picture(photo.id)) {
                self.is_wanted_where_saved(page, picture);
            }
        }
    }

    /// A picture is given no longer, unless it was given more than once.
    fn is_wanted_where_saved(&mut self, page: &Page, picture: u8) {
        if !photos_of(page, picture).any(|id| self.disk.photos.contains_key(&id.0)) {
            self.wanted.remove(&picture);
        }
    }

    fn open(&mut self, fate: Fate) {
        if !self.is_signed_in {
            return;
        }
        let token = self.shop.token();
        let End::Answered(listed) = self.shop.list(token, fate) else { return };
        let has_claim = self.shop.claim().is_some();
        let mut means = Means { shop: &mut self.shop, disk: &mut self.disk, is_signed_in: self.is_signed_in };
        let page = if has_claim { Page::with_claim(&mut means) } else { Page::open(&mut means, token, &listed) };
        self.page = Some(page);
    }

    /// The page dies, with everything that was not on the disk or at the shop.
    fn die(&mut self, before_name: Option<Option<String>>, arrives_late: bool) {
        let Some(page) = self.page.take() else { return };
        if arrives_late && before_name.is_none() {
            let sent = |work| {
                if let Work::Send(id, digest) = work { Some((digest, page.queue.get(id)?.subject)) } else { None }
            };
            self.late.extend(page.works().into_iter().filter_map(sent));
        }
        if let Some(answers) = before_name {
            self.disk.answers = answers;
        }
    }

    /// Does something on the page, if it is open; what follows from it is done and saved.
    fn with_page(&mut self, does: impl FnOnce(&mut Self, &mut Page)) {
        let Some(mut page) = self.page.take() else { return };
        does(self, &mut page);
        let mut means = Means { shop: &mut self.shop, disk: &mut self.disk, is_signed_in: self.is_signed_in };
        page.go_on(&mut means);
        self.page = Some(page);
    }
}

/// The photos of a picture that may serve.
fn photos_of(page: &Page, picture: u8) -> impl Iterator<Item = PhotoId> {
    let serving = page.queue.all().iter().filter(|photo| !matches!(photo.state, State::Refused(_)));
    serving.map(|photo| photo.id).filter(move |id| page.picture(*id) == Some(picture))
}

fn photos_max() -> usize {
    Policy::default().photos_max.into()
}
