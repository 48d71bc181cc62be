//! Policies: whatever a shop writes, sense or a refusal comes of it.

use damage_report_rules::{
    evidence::Subject,
    policy::{Policy, Terms},
};
use proptest::prelude::*;
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
