//! Policies: any terms give a valid policy or a refusal.

use damage_report_rules::{
    evidence::{PerSubject, Subject},
    policy::{Policy, Terms},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::json;

use super::{policies, terms};

proptest! {
    #[test]
    fn no_policy_asks_for_fewer_than_three_photos_of_the_device(terms in terms()) {
        if let Ok(policy) = Policy::try_from(terms) {
            prop_assert!(policy.photos_min(Subject::Device) >= 3);
            prop_assert!(Subject::ALL.into_iter().all(|subject| policy.photos_min(subject) >= 1));
            let least: u8 = Subject::ALL.into_iter().map(|subject| policy.photos_min(subject)).sum();
            prop_assert!(least <= policy.photos_max);
            prop_assert!(policy.reporting_days >= 1 && policy.resolution_days >= 1);
        }
    }

    #[test]
    fn no_policy_in_json_asks_for_fewer_than_three_photos_of_the_device(device_photos in any::<u8>()) {
        if let Ok(policy) = serde_json::from_value::<Policy>(json!({ "device_photos": device_photos })) {
            prop_assert!(policy.photos_min(Subject::Device) >= 3);
        } else {
            // Of the default's twelve photos, one of the packaging and one of the label leave ten.
            prop_assert!(!(3..=10).contains(&device_photos));
        }
    }

    #[test]
    fn a_policy_travels_there_and_back(policy in policies()) {
        let json = serde_json::to_string(&policy).unwrap();
        prop_assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy.clone());
        prop_assert_eq!(Policy::try_from(Terms::from(policy.clone())), Ok(policy));
    }
}

#[test]
fn a_policy_with_an_unknown_field_is_refused() {
    assert!(serde_json::from_value::<Policy>(json!({ "device_photo": 3 })).is_err());
}

proptest! {
    #[test]
    fn photos_that_fit_in_any_order_leave_room_for_all_required_ones(
        policy in policies(),
        given in vec((select(Subject::ALL.to_vec()), 0..20_usize), 0..6),
    ) {
        let mut photos = PerSubject::<usize>::default();
        for (subject, count) in given {
            *photos.of_mut(subject) += count.min(policy.room_for_photos(subject, photos));
        }
        prop_assert_eq!(policy.surplus_subject(photos), None);
        for subject in Subject::ALL {
            let missing = usize::from(policy.photos_min(subject)).saturating_sub(*photos.of(subject));
            prop_assert!(missing <= policy.room_for_photos(subject, photos), "{:?} of {:?}", photos, policy);
            *photos.of_mut(subject) += missing;
        }
        let all: usize = Subject::ALL.into_iter().map(|subject| *photos.of(subject)).sum();
        prop_assert!(all <= usize::from(policy.photos_max));
    }

    #[test]
    fn where_photos_take_too_many_places_there_is_always_one_to_spare_until_all_fits(
        policy in policies(),
        (packaging, label, device) in (0..20_usize, 0..20_usize, 0..20_usize),
    ) {
        let mut photos = PerSubject { packaging, label, device };
        while let Some(surplus) = policy.surplus_subject(photos) {
            prop_assert!(*photos.of(surplus) > policy.photos_min(surplus).into());
            *photos.of_mut(surplus) -= 1;
        }
        let places = Subject::ALL.map(|subject| (*photos.of(subject)).max(policy.photos_min(subject).into()));
        prop_assert!(places.iter().sum::<usize>() <= usize::from(policy.photos_max));
    }
}
