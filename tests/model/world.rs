//! The world around a page: a customer, a shop, a disk and a line between them; and what must always be so.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    mem,
    rc::Rc,
};

use damage_report::{
    failure::PhotoRejection,
    flow::{Phase, Step},
    photos::queue::PhotoStage,
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
    line::Around,
    page::{Page, Work},
    picture::{PICTURES, UNREADABLE},
    shop::{End, Fate, Shop},
};

/// The most steps that a world without faults may take until it has nothing left to do: far more than a draft has photos.
const LONG: usize = 500;

pub(crate) struct World {
    around: Rc<Around>,
    page: Option<Rc<Page>>,
    is_online: bool,
    /// The pictures that the customer gave and did not remove.
    wanted: BTreeSet<u8>,
    /// The pictures that the customer removed and did not give again.
    gone: BTreeSet<u8>,
    /// The saved answers before a photo got its digest, if that was the last event. A kill may lose that write.
    before_name: Option<Option<String>>,
    /// Requests that arrive after their page has died.
    late: Vec<(Digest, Subject)>,
}

impl World {
    /// A customer opens the page for the first time.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            around: Rc::new(Around {
                shop: RefCell::new(Shop::default()),
                disk: RefCell::new(Disk::default()),
                is_signed_in: Cell::new(true),
                fate: Cell::new(Fate::Fine),
            }),
            page: None,
            is_online: true,
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
            Event::SignedIn(is_signed_in) => self.around.is_signed_in.set(is_signed_in),
            Event::TokensExpire => self.around.shop.borrow_mut().expire_tokens(),
            Event::Forget(which) => {
                self.around.shop.borrow_mut().forget(which);
            }
            Event::Kill { in_between, arrives_late } => {
                let before_name = before_name.filter(|_| in_between);
                self.die(before_name, arrives_late);
            }
            Event::Work(which, fate) => self.work(which, fate),
            Event::Pick(picture, subject) => self.with_page(|world, page| world.pick(page, picture, subject)),
            Event::Remove(which, fate) => self.with_page(|world, page| {
                // On the check there is no button for it.
                if let Some(id) = nth_photo(page, which).filter(|_| page.is_filling()) {
                    world.remove(page, id, fate);
                }
            }),
            Event::Wish => self.with_page(|_, page| {
                if page.phase.borrow().is_open() {
                    page.wish.set(if page.wish.get().is_none() { Some(Wish::Refund) } else { None });
                }
            }),
            Event::Submit => self.with_page(|_, page| page.submit()),
            Event::Retry(which) => self.with_page(|_, page| {
                if let Some(id) = nth_photo(page, which) {
                    page.queue.borrow_mut().retry(id);
                }
            }),
            Event::Back => self.with_page(|_, page| {
                if !page.is_sent() {
                    page.phase.replace(Phase::Filling(Step::Device));
                }
            }),
            Event::StartAgain(fate) => self.with_page(|world, page| {
                if page.is_filling() {
                    let ids: Vec<_> = page.photos().iter().map(|photo| photo.id).collect();
                    for id in ids {
                        world.remove(page, id, fate);
                    }
                    page.wish.set(None);
                }
            }),
        }
    }

    /// The invariants at every moment.
    pub(crate) fn check(&self) {
        let shop = self.around.shop.borrow();
        assert!(shop.claims_made <= 1, "there are two claims");
        let Some(page) = &self.page else { return };
        if page.is_sent() {
            assert!(shop.claim().is_some(), "the customer is told of a claim that is not there");
            let answers = &self.around.disk.borrow().answers;
            assert_eq!(*answers, None, "what was submitted is still in the browser");
            return;
        }
        let is_there = |picture| !photos_of(page, picture).is_empty();
        for &picture in &self.wanted {
            assert!(is_there(picture), "picture {picture} is lost; {:?}", page.queue);
        }
        for &picture in &self.gone {
            assert!(!is_there(picture), "picture {picture} is back; {:?}", page.queue);
        }
        self.check_way_out(page);
    }

    /// Whether a picture that the customer gave is still saved.
    pub(crate) fn has_saved(&self, picture: u8) -> bool {
        self.wanted.contains(&picture)
    }

    /// Asserts that a task works on each photo and on the claim, or that the customer has a button.
    fn check_way_out(&self, page: &Page) {
        let works = page.works();
        let count = |is: fn(&PhotoStage) -> bool| page.photos().iter().filter(|photo| is(&photo.state)).count();
        let sending = count(|state| matches!(state, PhotoStage::Uploading { .. }));
        let in_memory = count(|state| *state == PhotoStage::Preparing);
        for photo in page.photos().iter() {
            let is_in_hand = match photo.state {
                PhotoStage::Picked => in_memory > 0,
                PhotoStage::Preparing => works.contains(&Work::Prepare(photo.id)),
                PhotoStage::Waiting(_) => sending > 0,
                PhotoStage::Uploading { digest, .. } => works.contains(&Work::Send(photo.id, digest)),
                // Finished, or the customer has a button for it.
                PhotoStage::Kept(_) | PhotoStage::Rejected(_) | PhotoStage::Failed(..) => true,
            };
            assert!(is_in_hand, "nobody sees to {photo:?}");
        }
        if page.phase.borrow().claim_being_sent().is_some() {
            assert!(!works.is_empty(), "it is being sent, and nobody does it; {:?}", page.queue);
        }
    }

    /// Asserts that everything arrives once the line is good, the customer is signed in, and they press the buttons that are offered.
    pub(crate) fn becomes_well(mut self) {
        self.is_online = true;
        self.around.is_signed_in.set(true);
        self.settle();
        // Three photos of the device are enough in every case.
        for picture in PICTURES..PICTURES + 3 {
            self.with_page(|world, page| {
                if !page.is_sent() && page.queue.borrow().count() < photos_max() {
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
        let devices = page.queue.borrow().digests().device.len();
        if devices < 3 && !page.is_sent() {
            // A claim full of other photos cannot take three of the device.
            assert!(page.queue.borrow().count() + 3 > photos_max(), "{:?}", page.queue);
            return;
        }
        assert!(page.is_sent(), "it cannot be sent: {:?} {:?}", page.phase, page.queue);
        let (shop, posted) = (self.around.shop.borrow(), page.posted.borrow());
        let claim = shop.claim().unwrap();
        assert!(posted.is_empty() || posted.contains(claim), "the claim is none that was posted");
    }

    /// Everything is done that can be done, and tried again where there is a button for it.
    fn settle(&mut self) {
        for _ in 0..LONG {
            self.work(0, Fate::Fine);
            self.check();
            self.with_page(|_, page| {
                if page.works().is_empty() {
                    page.queue.borrow_mut().retry_all();
                    let has_failed = matches!(*page.phase.borrow(), Phase::Failed(..));
                    if has_failed {
                        page.submit();
                    }
                }
            });
            if self.page.as_ref().is_some_and(|page| page.works().is_empty()) {
                return;
            }
        }
        panic!("it goes round in a circle: {:?}", self.page.as_ref().map(|page| page.works()));
    }

    fn pick(&mut self, page: &Page, picture: u8, subject: Subject) {
        let has_room = page.queue.borrow().count() < photos_max();
        if page.is_filling() && has_room {
            page.pick(picture, subject);
            self.gone.remove(&picture);
        }
    }

    fn remove(&mut self, page: &Rc<Page>, id: PhotoId, fate: Fate) {
        let picture = page.picture(id);
        self.around.fate.set(if self.is_online { fate } else { Fate::Broken });
        page.queue.borrow_mut().remove(id);
        page.go_on();
        let Some(picture) = picture else { return };
        self.is_wanted_where_saved(page, picture);
        if photos_of(page, picture).is_empty() {
            self.gone.insert(picture);
        }
    }

    fn work(&mut self, which: u8, fate: Fate) {
        let fate = if self.is_online { fate } else { Fate::Broken };
        self.around.fate.set(fate);
        for (digest, subject) in mem::take(&mut self.late) {
            self.around.shop.borrow_mut().keep(digest, subject);
        }
        if self.page.is_none() {
            return self.open(fate);
        }
        let before = self.around.disk.borrow().answers.clone();
        self.with_page(|world, page| {
            let works = page.works();
            let Some(place) = usize::from(which).checked_rem(works.len()) else { return };
            page.work(place);
            if let Work::Save(id) | Work::Prepare(id) = works[place] {
                // From here on the photo is on the disk.
                let serves = |picture: &u8| *picture != UNREADABLE && photos_of(page, *picture).contains(&id);
                let saved = page.picture(id).filter(serves);
                world.wanted.extend(saved);
            }
            if let Work::Prepare(_) = works[place] {
                world.before_name = Some(before);
            }
            world.hear_of_refusals(page);
        });
    }

    /// No longer expects the pictures that the shop refused: the page tells the customer which.
    fn hear_of_refusals(&mut self, page: &Page) {
        for photo in page.photos().iter() {
            if let (PhotoStage::Rejected(PhotoRejection::Backend(_)), Some(picture)) =
                (&photo.state, page.picture(photo.id))
            {
                self.is_wanted_where_saved(page, picture);
            }
        }
    }

    /// No longer expects the picture, unless another photo of it is on the disk.
    fn is_wanted_where_saved(&mut self, page: &Page, picture: u8) {
        let disk = self.around.disk.borrow();
        if !photos_of(page, picture).iter().any(|id| disk.photos.contains_key(&id.0)) {
            self.wanted.remove(&picture);
        }
    }

    fn open(&mut self, fate: Fate) {
        if !self.around.is_signed_in.get() {
            return;
        }
        let token = self.around.shop.borrow().token();
        let End::Answered(listed) = self.around.shop.borrow_mut().list(token, fate) else { return };
        let has_claim = self.around.shop.borrow().claim().is_some();
        let page = if has_claim { Page::with_claim(&self.around) } else { Page::open(&self.around, token, &listed) };
        self.page = Some(page);
    }

    /// Ends the page. Only the disk and the shop's records outlive it.
    fn die(&mut self, before_name: Option<Option<String>>, arrives_late: bool) {
        let Some(page) = self.page.take() else { return };
        if arrives_late && before_name.is_none() {
            let queue = page.queue.borrow();
            let sent = |work| {
                if let Work::Send(id, digest) = work { Some((digest, queue.get(id)?.subject)) } else { None }
            };
            self.late.extend(page.works().into_iter().filter_map(sent));
        }
        page.die();
        if let Some(answers) = before_name {
            self.around.disk.borrow_mut().answers = answers;
        }
    }

    /// Does something on the page, if it is open, and lets the page react and save its answers.
    fn with_page(&mut self, does: impl FnOnce(&mut Self, &Rc<Page>)) {
        let Some(page) = self.page.clone() else { return };
        does(self, &page);
        page.go_on();
        page.write_answers();
    }
}

/// The photos of a picture that were not rejected.
fn photos_of(page: &Page, picture: u8) -> Vec<PhotoId> {
    let photos = page.photos();
    let serving = photos.iter().filter(|photo| !matches!(photo.state, PhotoStage::Rejected(_)));
    serving.map(|photo| photo.id).filter(|id| page.picture(*id) == Some(picture)).collect()
}

fn nth_photo(page: &Page, which: u8) -> Option<PhotoId> {
    let photos = page.photos();
    Some(photos[usize::from(which).checked_rem(photos.len())?].id)
}

fn photos_max() -> usize {
    Policy::default().photos_max.into()
}
