//! The words that the customer reads: messages by key, and the words for violations, failures and rejections.
//!
//! They are in `locales/*.json`, one file for each language, with flat keys. `{name}` marks a value to be filled in. An object holds
//! plural forms, by the names of `Intl.PluralRules` (`one`, `other`, …).

use chrono::NaiveDate;
use damage_report_rules::{
    advice::Advice,
    claim::{Violation, Wish},
    contract::{DeviceGrade, Timestamp},
    damage::Damage,
    evidence::{Absence, Subject},
    lifecycle::Money,
    policy::Policy,
    tracking::TrackingHint,
};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::{
    clock::{self, DateDetail},
    failure::{Failure, PhotoRefusal, PhotoRejection, Refusal},
    reactive::stored_value::StoredValue,
};

#[wasm_bindgen]
extern "C" {
    type PluralRules;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(lang: &str) -> Result<PluralRules, JsValue>;

    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, number: f64) -> String;
}

/// The messages of one language. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Text {
    language: StoredValue<Language>,
}

struct Language {
    tag: String,
    messages: Object,
    plurals: Option<PluralRules>,
}

impl Text {
    /// The messages `messages` in the language with the BCP 47 tag `tag`.
    pub(crate) fn new(tag: String, messages: Object) -> Self {
        let plurals = PluralRules::new(&tag).ok();
        Self { language: StoredValue::new(Language { tag, messages, plurals }) }
    }

    /// The message `key`.
    #[inline(never)]
    pub(crate) fn say(self, key: &str) -> String {
        lookup(&self.language.get().messages, key).as_string().unwrap_or_else(|| key.into())
    }

    /// The message `key` with each `{name}` filled in.
    #[inline(never)]
    pub(crate) fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.say(key), values)
    }

    /// The plural form of `key` for `count`, which fills in `{n}`, and each other `{name}` filled in.
    #[inline(never)]
    pub(crate) fn count(self, key: &str, count: usize, values: &[(&str, &str)]) -> String {
        let language = self.language.get();
        let forms = lookup(&language.messages, key);
        let category = language.plurals.as_ref().map(|plurals| plurals.select(count as f64));
        let form = category.and_then(|category| lookup(&forms, &category).as_string());
        let form = form.or_else(|| lookup(&forms, "other").as_string());
        fill(fill(form.unwrap_or_else(|| key.into()), &[("n", &count.to_string())]), values)
    }

    /// `woensdag 25 november`
    #[inline(never)]
    pub(crate) fn date(self, date: NaiveDate) -> String {
        clock::format_date(&self.language.get().tag, date, DateDetail::Day)
    }

    /// `wo 25 nov`
    pub(crate) fn short_date(self, date: NaiveDate) -> String {
        clock::format_date(&self.language.get().tag, date, DateDetail::Short)
    }

    /// `woensdag`
    pub(crate) fn weekday(self, date: NaiveDate) -> String {
        clock::format_date(&self.language.get().tag, date, DateDetail::Weekday)
    }

    /// `vrijdag 20 november om 14:05`, in `zone`.
    pub(crate) fn moment(self, at: &Timestamp, zone: &str) -> String {
        let written = clock::parse_instant(at).and_then(|at| clock::format_instant(&self.language.get().tag, at, zone));
        written.unwrap_or_else(|| at.0.clone())
    }

    /// A sum of money as the language writes it: `€ 349,00`.
    pub(crate) fn money(self, money: &Money) -> String {
        clock::format_money(&self.language.get().tag, money.cents(), money.currency())
    }

    /// The name of a grade.
    pub(crate) fn grade(self, grade: DeviceGrade) -> String {
        self.say(match grade {
            DeviceGrade::Premium => "grade.premium",
            DeviceGrade::Excellent => "grade.excellent",
            DeviceGrade::Good => "grade.good",
            DeviceGrade::Fair => "grade.fair",
        })
    }

    /// The name of a kind of damage.
    pub(crate) fn damage(self, damage: Damage) -> String {
        self.say(&["damage.kind.", damage.code()].concat())
    }

    /// The label of the tick box that says that `subject` is absent.
    pub(crate) fn absence_checkbox_label(self, subject: Subject) -> String {
        self.say(&["missing.", subject.code()].concat())
    }

    /// The reason for an absence.
    pub(crate) fn absence(self, absence: Absence) -> String {
        self.say(&["missing.reason.", absence.code()].concat())
    }

    /// The name of a wish.
    pub(crate) fn wish(self, wish: Option<Wish>) -> String {
        self.say(match wish {
            None => "wish.none",
            Some(Wish::Replacement) => "wish.replacement",
            Some(Wish::Refund) => "wish.refund",
        })
    }

    /// Advice about a tracking number of a parcel that went with `carrier`.
    pub(crate) fn tracking_hint(self, hint: TrackingHint, carrier: &str) -> Option<String> {
        let key = match hint {
            TrackingHint::Fine | TrackingHint::Empty => return None,
            TrackingHint::CheckDigitWrong => "tracking.check_digit",
            TrackingHint::LetterForDigit => "tracking.letter_for_digit",
            TrackingHint::OtherCarrier(other) => {
                return Some(self.fill("tracking.other_carrier", &[("other", other.name()), ("carrier", carrier)]));
            }
            TrackingHint::Unusual => "tracking.unusual",
        };
        Some(self.fill(key, &[("carrier", carrier)]))
    }

    /// How to correct a violation, at a shop with this `policy`.
    pub(crate) fn violation(self, violation: &Violation, policy: &Policy) -> String {
        let number = |n: &usize| n.to_string();
        match violation {
            Violation::WindowClosed => self.say("violation.window_closed"),
            Violation::DamageMin => self.say("violation.damage_min"),
            Violation::DamageRepeated => self.say("violation.damage_repeated"),
            Violation::DescriptionMax { have, max } => {
                self.count("violation.description_max", have - max, &[("max", &number(max))])
            }
            Violation::DescriptionChars => self.say("violation.description_chars"),
            Violation::PhotosMin { subject, have, need } => {
                let missing = need.saturating_sub(*have);
                // The words for no photo at all also mention the reason for an absence.
                let is_first = *have == 0 && (policy.absence_allowed || *subject == Subject::Device);
                let key = if is_first { "violation.photos_none" } else { "violation.photos_more" };
                self.count(&subject_key(key, *subject), missing, &[])
            }
            Violation::PhotosNotDistinct { subject } => {
                self.say(&subject_key("violation.photos_not_distinct", *subject))
            }
            Violation::AbsenceNotAllowed { subject } => {
                self.say(&subject_key("violation.absence_not_allowed", *subject))
            }
            Violation::TrackingNumberMax { max } => {
                self.fill("violation.tracking_number_max", &[("max", &number(max))])
            }
            Violation::TrackingNumberChars => self.say("violation.tracking_number_chars"),
            Violation::PhotosMax { have, max } => {
                self.count("violation.photos_max", have - max, &[("max", &number(max))])
            }
        }
    }

    /// Why a photo was rejected, and what to do.
    pub(crate) fn rejection(self, rejection: PhotoRejection) -> String {
        match rejection {
            PhotoRejection::Empty | PhotoRejection::Backend(PhotoRefusal::Empty) => self.say("refusal.empty"),
            PhotoRejection::Type | PhotoRejection::Backend(PhotoRefusal::Type) => self.say("refusal.type"),
            PhotoRejection::Heic | PhotoRejection::Backend(PhotoRefusal::Heic) => self.say("refusal.heic"),
            PhotoRejection::TooSmall | PhotoRejection::Backend(PhotoRefusal::TooSmall) => self.say("refusal.too_small"),
            PhotoRejection::TooLarge | PhotoRejection::Backend(PhotoRefusal::TooLarge) => self.say("refusal.too_large"),
            PhotoRejection::SameAs(subject, number) => {
                self.fill(&subject_key("refusal.same_as", subject), &[("n", &number.to_string())])
            }
            PhotoRejection::Backend(PhotoRefusal::Quota) => self.say("refusal.quota"),
            PhotoRejection::Unavailable => self.say("refusal.unavailable"),
            PhotoRejection::Unreadable | PhotoRejection::Backend(PhotoRefusal::Unreadable) => {
                self.say("refusal.unreadable")
            }
        }
    }

    /// Why a part of the report did not arrive, and what to do; and that the draft is still there.
    pub(crate) fn failure(self, failure: &Failure) -> String {
        self.failure_with(failure, &[&self.say("failure.kept"), " "].concat())
    }

    /// The same for a customer who may not have filled in anything.
    pub(crate) fn failure_without_draft(self, failure: &Failure) -> String {
        self.failure_with(failure, "")
    }

    #[inline(never)]
    fn failure_with(self, failure: &Failure, kept: &str) -> String {
        let mut at = None;
        let key = match failure {
            Failure::Later(Some(seconds)) => {
                at = clock::format_time_from_now(&self.language.get().tag, *seconds);
                "failure.later_at"
            }
            Failure::Unreachable | Failure::UnexpectedResponse => "failure.unreachable",
            Failure::SignedOut => "failure.signed_out",
            Failure::Later(None) => "failure.later",
            Failure::PhotosUnknown(_) => "failure.photos_unknown",
            Failure::Refused(Refusal::OrderUnknown) => "failure.order_unknown",
            Failure::Violations(_)
            | Failure::ClaimExists
            | Failure::Refused(Refusal::Photo(_) | Refusal::RouteUnknown | Refusal::Other) => "failure.refused",
        };
        self.fill(key, &[("kept", kept), ("at", &at.unwrap_or_default())])
    }

    /// Why the widget cannot open now.
    pub(crate) fn opening_failure(self, failure: &Failure) -> String {
        match failure {
            Failure::Unreachable | Failure::UnexpectedResponse | Failure::Later(None) => self.say("failure.opening"),
            failure => self.failure_without_draft(failure),
        }
    }

    /// Advice about a photo. `like` is the subject and number of the photo that it is like.
    pub(crate) fn advice(self, advice: Advice, like: Option<(Subject, usize)>) -> String {
        match like {
            Some((subject, number)) => self.fill(&subject_key("advice.alike", subject), &[("n", &number.to_string())]),
            None => self.say(&["advice.", advice.code()].concat()),
        }
    }
}

/// The key that says `key` of `subject`: `photos_none.device`.
fn subject_key(key: &str, subject: Subject) -> String {
    [key, ".", subject.code()].concat()
}

fn lookup(messages: &JsValue, key: &str) -> JsValue {
    Reflect::get(messages, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn fill(message: String, values: &[(&str, &str)]) -> String {
    let mut parts = message.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            // A later call may fill it in.
            None => ["{", name, "}"].iter().for_each(|piece| filled.push_str(piece)),
        }
        filled.push_str(rest);
    }
    filled
}
