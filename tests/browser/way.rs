//! The customer's way through the steps, for tests that are about what comes at its end.

use crate::{
    patience::until,
    pictures::{pick, snapshot},
    visit::Visit,
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
        let photos = [snapshot(1).await, snapshot(2).await, snapshot(3).await];
        // All called the same, as phones call them.
        let files = photos.each_ref().map(|photo| ("image.jpg", photo.as_slice()));
        pick(&self.see("#device").await, &files);
        until("three prepared photos", || self.all(".photo canvas").len() == 3).await;
        self.goes_on("check").await;
    }

    /// Presses Continue, and comes to `step`.
    pub(crate) async fn goes_on(&self, step: &str) {
        self.press("button[type=submit]").await;
        self.reaches(&NL.say(&format!("{step}.title"))).await;
    }
}
