//! The customer's way through the steps, for tests that are about what comes at its end.

use crate::{
    pictures::{pick, snapshot},
    visit::{Visit, text},
    waiting::until,
    words::NL,
};

impl Visit {
    /// From the start to what is damaged.
    pub(crate) async fn to_damage(&self) {
        self.press_button(&NL.say("go_on.start")).await;
        self.reaches(&NL.say("damage.title")).await;
    }

    /// From the start to the packaging, with a broken screen.
    pub(crate) async fn to_packaging(&self) {
        self.to_damage().await;
        self.press("#damage-0").await;
        self.goes_on("packaging").await;
    }

    /// From the start to the shipping label, without packaging.
    pub(crate) async fn to_label(&self) {
        self.to_packaging().await;
        self.press("#packaging-missing").await;
        self.press("#packaging-discarded").await;
        self.goes_on("label").await;
    }

    /// From the start to the device, without packaging and label.
    pub(crate) async fn to_device(&self) {
        self.to_label().await;
        self.press("#label-missing").await;
        self.press("#label-other").await;
        self.goes_on("device").await;
    }

    /// From the start to the check, with three photos of the device.
    pub(crate) async fn to_check(&self) {
        self.to_device().await;
        self.picks_snapshots("device", 1..4).await;
        self.goes_on("check").await;
    }

    /// Picks the snapshots with these numbers as photos of `subject`, and waits until each is prepared.
    pub(crate) async fn picks_snapshots(&self, subject: &str, numbers: std::ops::Range<u32>) {
        let there = self.all(".photo canvas").len();
        let mut photos = vec![];
        for n in numbers {
            photos.push(snapshot(n).await);
        }
        // All called the same, as phones call them.
        let files: Vec<_> = photos.iter().map(|photo| ("image.jpg", photo.as_slice())).collect();
        pick(&self.see(&format!("#{subject}")).await, &files);
        until("prepared photos", || {
            let is_prepared = !self.standings().contains(&NL.say("photos.preparing"));
            is_prepared && self.all(".photo canvas").len() == there + files.len()
        })
        .await;
    }

    /// The names of the photos that were sent, in the order of their sending.
    pub(crate) fn digests_put(&self) -> Vec<String> {
        let put = self.network.asked("PUT /photos");
        put.iter().map(|asked| asked.path().replace("/photos/", "")).collect()
    }

    /// The status text of each photo on the page.
    pub(crate) fn standings(&self) -> Vec<String> {
        self.all(".standing").iter().map(text).collect()
    }

    /// Waits until there are `count` photos on the page, and all are kept by the backend.
    pub(crate) async fn has_all_kept(&self, count: usize) {
        until("kept photos", || self.standings() == vec![NL.say("photos.kept"); count]).await;
    }

    /// Presses Continue, and comes to `step`.
    pub(crate) async fn goes_on(&self, step: &str) {
        self.press("button[type=submit]").await;
        self.reaches(&NL.say(&format!("{step}.title"))).await;
    }
}
