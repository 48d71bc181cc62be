//! The labelled set: which pictures it has, and what is true of each.

use std::{f32::consts::PI, fmt, thread};

use damage_report::photos::advice::PhotoAnalysis;
use damage_report_rules::advice::Advice;
use image::GrayImage;

use crate::{
    camera::{compressed, cropped, defocused, exposed, moved, noisy, retaken, shallow, turned},
    picture::{Dice, View},
    scene::{Scene, draw},
};

/// The set in two halves, of different objects seen from different views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// The half by which thresholds were chosen.
    Tuned,
    /// The half that they had not seen.
    HeldOut,
}

/// Every class of pictures, the good ones first.
pub(crate) const CLASSES: [&str; 10] = [
    "photo",
    "noisy",
    "much compressed",
    "shallow focus",
    "plain",
    "screenshot",
    "out of focus",
    "moved",
    "dark",
    "burnt out",
];

/// How one picture of a pair was made from the other.
pub(crate) const HOW_ALIKE: [&str; 9] = [
    "cut to 90 %",
    "cut to 80 %",
    "turned",
    "turned and cut",
    "leaning 3°",
    "leaning 7°",
    "compressed",
    "brightened",
    "taken again",
];

/// How many claims' photos are compared in each half.
const CLAIMS: u64 = 4;
/// How many photos they have in each half: four views of every scene.
pub(crate) const VIEWS: usize = CLAIMS as usize * Scene::PHOTOGRAPHED.len() * 4;

/// A picture of the set.
pub(crate) struct Picture {
    pub(crate) class: &'static str,
    /// The advice that is right, if any is.
    pub(crate) truth: Option<Advice>,
    scene: Scene,
    seed: u64,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.class, self.scene, self.seed)
    }
}

impl Picture {
    /// Takes it: what its class says is done to the scene, and then what every camera does.
    pub(crate) fn take(&self) -> GrayImage {
        let dice = &mut Dice::new(self.seed * 101 + self.scene as u64);
        let picture = draw(self.scene, self.seed, view(self.scene, dice));
        let (noise, quality) = (dice.between(1.0, 3.0), 85);
        match self.class {
            "noisy" => finished(picture, 6.0, quality, dice),
            "much compressed" => finished(picture, noise, 35, dice),
            "shallow focus" => finished(shallow(&picture, dice.between(3.0, 8.0)), noise, quality, dice),
            "screenshot" => compressed(&picture, quality),
            // From 0.8 % of the picture's width on.
            "out of focus" => finished(defocused(&picture, dice.between(4.0, 16.0)), noise, quality, dice),
            // From 2 % of the picture's width on.
            "moved" => {
                let (length, turn) = (dice.between(11.0, 32.0), dice.between(0.0, PI));
                finished(moved(&picture, (length * turn.cos(), length * turn.sin())), noise, quality, dice)
            }
            // Underexposed so far, a phone adds all the noise it has.
            "dark" => finished(exposed(&picture, dice.between(-6.5, -5.0)), dice.between(2.0, 5.0), quality, dice),
            "burnt out" => finished(exposed(&picture, dice.between(2.3, 3.5)), noise, quality, dice),
            _ => finished(picture, noise, quality, dice),
        }
    }
}

/// Every picture of `half`, judged by `judge`, on all cores.
pub(crate) fn all<T: Send>(half: Half, judge: impl Fn(Picture) -> T + Sync) -> Vec<T> {
    let mut pictures = vec![];
    let mut add = |class, truth, scenes: &[Scene], each: u64| {
        for scene in scenes {
            pictures.extend((0..each).map(|n| Picture { class, truth, scene: *scene, seed: seed(half, n) }));
        }
    };
    for (class, each) in [("photo", 12), ("noisy", 5), ("much compressed", 5), ("shallow focus", 5)] {
        add(class, None, &Scene::PHOTOGRAPHED, each);
    }
    add("plain", None, &Scene::SMOOTH, 7);
    add("screenshot", None, &[Scene::Screenshot], 14);
    add("out of focus", Some(Advice::Blurred), &Scene::PHOTOGRAPHED, 3);
    add("moved", Some(Advice::Blurred), &Scene::PHOTOGRAPHED, 3);
    add("dark", Some(Advice::Dark), &Scene::PHOTOGRAPHED, 2);
    add("burnt out", Some(Advice::BurntOut), &Scene::PHOTOGRAPHED, 3);
    on_all_cores(pictures, judge)
}

/// Two pictures, and how the other was made from the one; nothing where it was not.
pub(crate) struct Pair<'a> {
    pub(crate) how: Option<&'static str>,
    pub(crate) one: &'a PhotoAnalysis,
    pub(crate) other: &'a PhotoAnalysis,
}

/// Every pair of `half`, seen by `see` and judged by `judge`: each scene with each of its near-duplicates, and, claim
/// by claim, all pairs of different views of a parcel, its label and the telephone in it.
pub(crate) fn pairs<T: Send>(
    half: Half,
    judge: impl Fn(Pair<'_>) -> T + Sync,
    see: impl Fn(&GrayImage) -> PhotoAnalysis + Sync,
) -> Vec<T> {
    let scenes: Vec<(Scene, u64)> =
        Scene::PHOTOGRAPHED.into_iter().flat_map(|scene| (0..CLAIMS).map(move |n| (scene, seed(half, n)))).collect();
    let taken = on_all_cores(scenes, |(scene, seed)| {
        let dice = &mut Dice::new(seed * 211 + scene as u64);
        let view = view(scene, dice);
        let mut shot = |view| finished(draw(scene, seed, view), 2.0, 85, dice);
        let picture = shot(view);
        // From nearer by, from further away, and from the other side of the table.
        let others = [
            View { zoom: view.zoom * 1.9, ..view },
            View { zoom: view.zoom * 0.6, ..view },
            View { tilt: view.tilt + 0.5, turn: view.turn + 0.5, ..view },
        ]
        .map(|view| see(&shot(view)));
        let near = HOW_ALIKE.map(|how| (how, see(&finished(alike(&picture, how, dice), 1.5, 80, dice))));
        (seed, see(&picture), others, near)
    });
    let mut judged = vec![];
    for (_, one, _, near) in &taken {
        judged.extend(near.iter().map(|(how, other)| judge(Pair { how: Some(how), one, other })));
    }
    for claim in 0..CLAIMS {
        let of_it = taken.iter().filter(|(of, ..)| *of == seed(half, claim));
        let views: Vec<&PhotoAnalysis> =
            of_it.flat_map(|(_, one, others, _)| [one].into_iter().chain(others)).collect();
        let each = |n: usize| views[..n].iter().map(move |other| (n, *other));
        let different: Vec<_> = (0..views.len()).flat_map(each).collect();
        judged.extend(on_all_cores(different, |(n, other)| judge(Pair { how: None, one: views[n], other })));
    }
    judged
}

fn alike(picture: &GrayImage, how: &str, dice: &mut Dice) -> GrayImage {
    let mut cut = |picture: &GrayImage, share: f32| {
        let mut from = || dice.between(0.0, 1.0 - share);
        cropped(picture, (from(), from()), share)
    };
    match how {
        "cut to 90 %" => cut(picture, 0.9),
        "cut to 80 %" => cut(picture, 0.8),
        "turned" => turned(picture, dice.one_of(&[1, 2, 3])),
        "turned and cut" => turned(&cut(picture, 0.85), 1),
        "leaning 3°" => retaken(picture, 0.05, 1.05, (0.0, 0.0)),
        "leaning 7°" => retaken(picture, -0.12, 1.1, (0.01, 0.0)),
        "compressed" => compressed(picture, 30),
        "brightened" => exposed(picture, dice.one_of(&[-0.8, 0.6])),
        _ => retaken(picture, dice.between(-0.05, 0.05), 1.04, (dice.between(-0.05, 0.05), dice.between(-0.04, 0.04))),
    }
}

fn view(scene: Scene, dice: &mut Dice) -> View {
    if scene == Scene::Screenshot { View::PLAIN } else { View::by_hand(dice) }
}

/// The last steps of every camera.
fn finished(picture: GrayImage, noise: f32, quality: u8, dice: &mut Dice) -> GrayImage {
    compressed(&noisy(&picture, noise, dice), quality)
}

fn seed(half: Half, n: u64) -> u64 {
    n + if half == Half::Tuned { 0 } else { 5_000 }
}

fn on_all_cores<T: Send, R: Send>(all: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, Into::into);
    let mut parts: Vec<Vec<(usize, T)>> = (0..cores).map(|_| vec![]).collect();
    all.into_iter().enumerate().for_each(|(n, one)| parts[n % cores].push((n, one)));
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || part.into_iter().map(|(n, one)| (n, work(one))).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("judging does not panic")).collect()
    });
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, one)| one).collect()
}
