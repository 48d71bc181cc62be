//! The photographed objects: parcels, labels and telephones, each seen from more than one side; plain surfaces; and
//! screenshots.

use std::sync::LazyLock;

use image::{DynamicImage, GrayImage};

use crate::picture::{Dice, SIZE, Sheet, View, add, texture};

/// The object of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// A box on a floor, taped, dented, with its label.
    Parcel,
    /// Another side of it: no label, one more dent.
    ParcelOtherSide,
    /// The label on it.
    Label,
    /// A telephone with a broken screen, on a table.
    Front,
    /// Its back, with cameras and a scratch.
    Back,
    /// One corner of it from close by.
    Corner,
    /// The plain face of a box: one fold, soft light.
    Cardboard,
    /// Black glass all over the picture, with a crack and what it reflects.
    DarkGlass,
    /// White paper all over the picture, with a few lines on it.
    WhiteLabel,
    /// A page on a screen: white, or dark.
    Screenshot,
}

impl Scene {
    /// Those that photos show.
    pub(crate) const PHOTOGRAPHED: [Self; 6] =
        [Self::Parcel, Self::ParcelOtherSide, Self::Label, Self::Front, Self::Back, Self::Corner];
    /// Those that have little in them, and are good.
    pub(crate) const SMOOTH: [Self; 3] = [Self::Cardboard, Self::DarkGlass, Self::WhiteLabel];
}

/// Textures take long to make: these are shared, and every picture takes its part from elsewhere.
const TEXTURE: (u32, u32) = (SIZE.0 * 2, SIZE.1 * 2);
static WOOD: LazyLock<DynamicImage> = LazyLock::new(|| texture(&mut Dice::new(901), TEXTURE, 8, 0.62).into());
static FIBRE: LazyLock<DynamicImage> = LazyLock::new(|| texture(&mut Dice::new(902), TEXTURE, 128, 0.9).into());
static LIGHT: LazyLock<DynamicImage> = LazyLock::new(|| texture(&mut Dice::new(903), TEXTURE, 4, 0.2).into());

/// A picture of `scene`: object number `seed`, seen from `view`. The same object always looks the same.
pub(crate) fn draw(scene: Scene, seed: u64, view: View) -> GrayImage {
    let dice = &mut Dice::new(seed * 31 + 7);
    let size = if scene == Scene::Screenshot { (SIZE.0 * 9 / 16, SIZE.0) } else { SIZE };
    let mut sheet = Sheet::new(ground(scene, dice), size, view);
    match scene {
        Scene::Parcel => parcel(&mut sheet, dice, true),
        Scene::ParcelOtherSide => parcel(&mut sheet, dice, false),
        Scene::Label => {
            sheet.rectangle((0.0, 0.0), (9.0, 9.0), dice.between(110.0, 160.0) as u8);
            label(&mut sheet, dice, (0.0, 0.0), 0.95);
        }
        Scene::Front => front(&mut sheet, dice),
        Scene::Back => back(&mut sheet, dice),
        Scene::Corner => corner(&mut sheet, dice),
        Scene::Cardboard => {
            let grey = dice.between(110.0, 160.0) as u8;
            sheet.rectangle((0.0, 0.0), (9.0, 9.0), grey);
            let y = dice.between(-0.4, 0.4);
            sheet.line((-3.0, y), (3.0, y + dice.between(-0.2, 0.2)), 0.012, grey - 35);
        }
        Scene::DarkGlass => {
            sheet.rectangle((0.0, 0.0), (9.0, 9.0), dice.between(14.0, 34.0) as u8);
            cracks(&mut sheet, dice, (0.1, 0.0), 0.6, 6);
        }
        Scene::WhiteLabel => {
            sheet.rectangle((0.0, 0.0), (9.0, 9.0), dice.between(215.0, 245.0) as u8);
            let lines = dice.between(0.1, 0.5);
            sheet.text((-0.6, -0.3), (1.2, lines), 0.06, 45, dice);
        }
        Scene::Screenshot => screenshot(&mut sheet, dice),
    }
    let mut picture = sheet.finish();
    let (fibre, light) = match scene {
        Scene::Screenshot => return picture,
        Scene::DarkGlass => (0.02, 0.12),
        Scene::WhiteLabel => (0.03, 0.15),
        Scene::Cardboard => (0.08, 0.5),
        _ => (0.06, 0.35),
    };
    // The surface under the object moves with the view; so does the light on it.
    let dice = &mut Dice::new(seed * 7_919 + u64::from((view.turn + view.at.0 + view.zoom).to_bits()));
    let at = (dice.between(0.0, SIZE.0 as f32) as u32, dice.between(0.0, SIZE.1 as f32) as u32);
    let part = |texture: &DynamicImage| texture.crop_imm(at.0, at.1, SIZE.0, SIZE.1).into_luma8();
    add(&mut picture, &part(&FIBRE), fibre);
    add(&mut picture, &part(&LIGHT), light);
    if Scene::PHOTOGRAPHED.contains(&scene) {
        add(&mut picture, &part(&WOOD), 0.12);
    }
    picture
}

fn ground(scene: Scene, dice: &mut Dice) -> u8 {
    match scene {
        Scene::Screenshot => dice.one_of(&[255, 255, 250, 18]),
        _ => dice.between(120.0, 215.0) as u8,
    }
}

fn parcel(sheet: &mut Sheet, dice: &mut Dice, with_label: bool) {
    let grey = dice.between(95.0, 150.0) as u8;
    let (width, height) = (dice.between(0.9, 1.2), dice.between(0.7, 0.95));
    sheet.polygon(&[(-width / 2.0, height / 2.0), (width / 2.0, height / 2.0), (0.55, 0.62), (-0.42, 0.62)], grey / 2);
    sheet.rectangle((0.0, 0.0), (width, height), grey);
    let tape = dice.between(-0.15, 0.15);
    sheet.rectangle((0.0, tape), (width, 0.06), grey + 45);
    if with_label {
        label(sheet, dice, (width * 0.18, -height * 0.22), 0.32);
        dent(sheet, dice, (-width * 0.4, height * 0.35), grey);
    } else {
        dent(sheet, dice, (width * 0.35, -height * 0.3), grey);
        dent(sheet, dice, (-width * 0.1, height * 0.3), grey);
        sheet.text((-width * 0.4, -height * 0.4), (0.35, 0.16), 0.05, grey / 3, dice);
    }
}

fn dent(sheet: &mut Sheet, dice: &mut Dice, at: (f32, f32), grey: u8) {
    for _ in 0..6 {
        let to = (at.0 + dice.between(-0.14, 0.14), at.1 + dice.between(-0.12, 0.12));
        sheet.line(at, to, 0.012, grey / 2);
        let to = (at.0 + dice.between(-0.14, 0.14), at.1 + dice.between(-0.12, 0.12));
        sheet.line(at, to, 0.01, grey + 40);
    }
}

fn label(sheet: &mut Sheet, dice: &mut Dice, at: (f32, f32), size: f32) {
    sheet.rectangle(at, (size, size * 0.75), dice.between(215.0, 240.0) as u8);
    let (left, top) = (at.0 - size * 0.44, at.1 - size * 0.32);
    sheet.text((left, top), (size * 0.8, size * 0.28), size * 0.05, 40, dice);
    let mut x = left;
    while x < at.0 + size * 0.4 {
        let bar = size * dice.one_of(&[0.005, 0.01, 0.015]);
        sheet.rectangle((x + bar / 2.0, at.1 + size * 0.15), (bar, size * 0.22), 30);
        x += bar + size * dice.one_of(&[0.005, 0.01, 0.015]);
    }
}

fn front(sheet: &mut Sheet, dice: &mut Dice) {
    let casing = dice.between(50.0, 120.0) as u8;
    sheet.rectangle((0.0, 0.0), (0.62, 1.24), casing);
    sheet.rectangle((0.0, 0.0), (0.58, 1.2), dice.between(18.0, 38.0) as u8);
    let (left, right) = (dice.between(-0.29, -0.1), dice.between(-0.05, 0.2));
    sheet.polygon(&[(left, -0.6), (right, -0.6), (left + 0.1, 0.6), (left, 0.6)], dice.between(42.0, 70.0) as u8);
    sheet.disc((0.0, -0.56), 0.012, 8);
    let at = (dice.between(-0.2, 0.2), dice.between(-0.4, 0.4));
    cracks(sheet, dice, at, 0.4, 9);
}

fn back(sheet: &mut Sheet, dice: &mut Dice) {
    let casing = dice.between(70.0, 190.0) as u8;
    sheet.rectangle((0.0, 0.0), (0.62, 1.24), casing);
    sheet.rectangle((-0.14, -0.44), (0.26, 0.28), casing - 25);
    for (x, y) in [(-0.2, -0.5), (-0.2, -0.37), (-0.07, -0.44)] {
        sheet.disc((x, y), 0.055, 20);
        sheet.disc((x - 0.01, y - 0.01), 0.02, 90);
    }
    sheet.disc((0.0, 0.05), 0.07, casing.saturating_add(40));
    let from = (dice.between(-0.2, 0.1), dice.between(0.1, 0.4));
    sheet.line(from, (from.0 + dice.between(0.1, 0.2), from.1 + dice.between(-0.2, 0.2)), 0.01, 235);
}

fn corner(sheet: &mut Sheet, dice: &mut Dice) {
    let casing = dice.between(60.0, 150.0) as u8;
    sheet.polygon(&[(-0.7, -0.3), (1.9, -0.35), (1.9, 2.2), (-0.65, 2.2)], casing);
    sheet.polygon(&[(-0.6, -0.2), (1.9, -0.25), (1.9, 2.2), (-0.55, 2.2)], dice.between(18.0, 38.0) as u8);
    dent(sheet, dice, (-0.6, -0.22), casing);
    cracks(sheet, dice, (-0.3, 0.1), 0.9, 8);
}

fn cracks(sheet: &mut Sheet, dice: &mut Dice, at: (f32, f32), length: f32, count: u8) {
    for n in 0..count {
        let mut from = at;
        let mut turn = f32::from(n) * std::f32::consts::TAU / f32::from(count) + dice.between(-0.3, 0.3);
        for _ in 0..4 {
            turn += dice.between(-0.4, 0.4);
            let step = length * dice.between(0.1, 0.35);
            let to = (from.0 + turn.cos() * step, from.1 + turn.sin() * step);
            sheet.line(from, to, dice.between(0.004, 0.01), dice.between(170.0, 235.0) as u8);
            from = to;
        }
    }
}

fn screenshot(sheet: &mut Sheet, dice: &mut Dice) {
    sheet.rectangle((0.0, -0.84), (2.0, 0.12), dice.one_of(&[40, 90, 240]));
    let mut y = -0.7;
    for _ in 0..dice.one_of(&[2, 4, 6, 9]) {
        let grey = dice.one_of(&[120, 150, 60]);
        match dice.one_of(&[0, 1, 2]) {
            0 => sheet.rectangle((0.0, y + 0.05), (0.8, 0.1), dice.one_of(&[232, 244, 200, 90])),
            1 => sheet.rectangle((-0.36, y + 0.05), (0.1, 0.1), grey),
            _ => {}
        }
        sheet.text((-0.28, y), (0.6, 0.12), 0.035, grey, dice);
        y += 0.16;
    }
}
