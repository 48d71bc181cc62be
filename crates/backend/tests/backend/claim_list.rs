//! The list of claims against a model of it: the same claims, read one by one and filtered and sorted in the plainest way.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use damage_report_backend::{
    actor::Actor,
    claim_events::find_claim,
    claim_list::{self, ClaimFilter, Cursor, ListEntry, StateFilter},
    removal,
    retention::expire_claims,
    store::{self, notes::BackendNote},
};
use damage_report_rules::{
    evidence::Subject,
    lifecycle::{ClaimState, Event},
    policy::{Policy, Terms},
};
use fastrand::Rng;

use crate::{
    app::{TestApp, tuesday_noon},
    listed::{NewClaim, declined, record, refunded},
};

const WORDS: [&str; 6] = ["scherm", "glas", "café", "Één", "doos", "zelden"];
const CARRIERS: [&str; 3] = ["PostNL", "DHL", "O'Neill \"Express\""];

/// A claim with random properties, some of them rare.
fn random_claim(random: &mut Rng, number: usize) -> NewClaim {
    let words = (0..random.usize(..4)).map(|_| WORDS[random.usize(..WORDS.len())]).collect::<Vec<_>>();
    NewClaim {
        order_number: format!("order-{}", random.u32(..20)),
        device: ["iPhone 13", "Pixel 8a"][random.usize(..2)].to_owned(),
        carrier: CARRIERS[random.usize(..3)].to_owned(),
        description: words.join(", "),
        is_late: random.u32(..4) == 0,
        has_advice: random.bool(),
        lacks_evidence: random.u32(..3) == 0,
        // Several claims in one millisecond, and more than it has places for.
        received_at: tuesday_noon() - TimeDelta::days(random.i64(0..6)) - TimeDelta::milliseconds(random.i64(0..2)),
        ..NewClaim::new(format!("line-{number}"))
    }
}

fn random_filter(random: &mut Rng) -> ClaimFilter {
    let mut filter = ClaimFilter::default();
    for _ in 0..random.usize(..3) {
        match random.u32(..9) {
            0 => filter.state = Some(StateFilter::Undecided),
            1 => filter.state = Some(StateFilter::One(ClaimState::ALL[random.usize(..6)])),
            2 => filter.due_before = Some(tuesday_noon().date_naive() + TimeDelta::days(random.i64(-4..6))),
            3 => filter.carrier = Some(CARRIERS[random.usize(..3)].to_owned()),
            4 => filter.is_late = Some(random.bool()),
            5 => filter.has_advice = Some(random.bool()),
            6 => filter.lacks_evidence = Some(random.bool()),
            7 => filter.order_number = Some(format!("order-{}", random.u32(..20))),
            _ => {
                filter.text =
                    Some(["cafe", "SCHERM", "glas doos", "een iphone", "order-3"][random.usize(..5)].to_owned())
            }
        }
    }
    filter
}

/// Whether the model has `entry` with this description among the claims that `filter` wants.
fn matches(filter: &ClaimFilter, entry: &ListEntry, description: &str) -> bool {
    let fold = |text: &str| text.to_lowercase().replace('é', "e");
    let texts = fold(&format!("{description} {}", entry.device));
    let words: Vec<&str> = texts.split(|c: char| !c.is_alphanumeric()).collect();
    filter.state.is_none_or(|wanted| wanted.states().any(|state| state == entry.state))
        && filter.due_before.is_none_or(|day| entry.due.is_some_and(|due| due < day))
        && filter.carrier.as_ref().is_none_or(|carrier| *carrier == entry.carrier)
        && filter.is_late.is_none_or(|is_late| is_late == entry.is_late)
        && filter.has_advice.is_none_or(|has_advice| has_advice == entry.has_advice)
        && filter.lacks_evidence.is_none_or(|lacks| lacks == entry.lacks_evidence)
        && filter.reference.as_ref().is_none_or(|reference| *reference == entry.reference)
        && filter.order_number.as_ref().is_none_or(|number| *number == entry.order_number)
        && filter.text.as_ref().is_none_or(|text| {
            *text == entry.order_number || text.split(' ').all(|word| words.contains(&fold(word).as_str()))
        })
}

/// Every claim as the list should have it, with its description, in the list's order but for claims of the same millisecond.
async fn model(app: &TestApp) -> Vec<(ListEntry, String)> {
    let mut db = app.app.store.read_connection().await.unwrap();
    let mut entries = Vec::new();
    for claim in store::claims::claims_after(&mut db, "", u32::MAX).await.unwrap() {
        let (claim, line) = find_claim(&mut db, &claim.reference).await.unwrap();
        let entry = ListEntry {
            reference: claim.reference.clone(),
            order_line: line.id.clone(),
            order_number: line.order_number.clone(),
            device: line.device.clone(),
            carrier: line.consignment.carrier.clone(),
            received_at: claim.received_at,
            is_late: claim.late,
            version: claim.version,
            state: claim.progress.state(),
            due: claim.resolution_due_date(&line, &app.app.config),
            has_advice: !claim.content.advice.is_empty(),
            lacks_evidence: claim.content.missing.packaging.is_some(),
            cover: claim.content.photos.device.first().copied(),
        };
        entries.push((entry, claim.content.description));
    }
    entries.sort_by_key(|(entry, _)| (entry.due.is_none(), entry.due, entry.received_at));
    entries
}

async fn page(
    app: &TestApp,
    filter: &ClaimFilter,
    after: Option<Cursor>,
    count: u32,
) -> (Vec<ListEntry>, Option<Cursor>) {
    let page = claim_list::list_claims(&app.app, filter, after, count).await.unwrap();
    assert!(page.entries.len() <= count as usize);
    (page.entries, page.next)
}

/// Asserts that the list of `filter` is that of the model, and that the index of words is whole.
async fn check(app: &TestApp, filter: &ClaimFilter) {
    let (mut entries, next) = page(app, filter, None, 10_000).await;
    assert!(next.is_none());
    let due = |entry: &ListEntry| (entry.due.is_none(), entry.due, entry.received_at.timestamp());
    assert!(entries.is_sorted_by_key(due), "{filter:?}");
    let model = model(app).await;
    let mut expected: Vec<ListEntry> =
        model.into_iter().filter(|(entry, text)| matches(filter, entry, text)).map(|(entry, _)| entry).collect();
    entries.sort_by(|one, other| one.reference.cmp(&other.reference));
    expected.sort_by(|one, other| one.reference.cmp(&other.reference));
    assert_eq!(entries, expected, "{filter:?}");
    let mut db = app.app.store.begin_write().await.unwrap();
    let whole = "insert into claim_words (claim_words, rank) values ('integrity-check', 1)";
    sqlx::query(whole).execute(&mut *db).await.unwrap();
}

/// Changes something at random; claims that it touches are taken out of `untouched`.
async fn change_something(app: &TestApp, random: &mut Rng, number: usize, untouched: &mut BTreeMap<String, String>) {
    let references: Vec<String> = model(app).await.into_iter().map(|(entry, _)| entry.reference).collect();
    let chosen = references[random.usize(..references.len())].clone();
    match random.u32(..5) {
        0 | 1 => {
            random_claim(random, number).store(app).await;
            return;
        }
        2 => {
            let claim = find_claim(&mut app.app.store.read_connection().await.unwrap(), &chosen).await.unwrap().0;
            let asked = Event::EvidenceRequested {
                subjects: vec![Subject::Label],
                note: String::new(),
                until: tuesday_noon().date_naive(),
            };
            match claim.progress.state() {
                ClaimState::Open if random.bool() => record(app, &chosen, asked).await,
                ClaimState::Open | ClaimState::Declined => record(app, &chosen, refunded()).await,
                ClaimState::WaitingForClaimant => record(app, &chosen, declined()).await,
                _ => {}
            }
        }
        3 => {
            let line = find_claim(&mut app.app.store.read_connection().await.unwrap(), &chosen).await.unwrap().1;
            removal::erase_order_line(&app.app, &line.id, Actor::Seller).await.unwrap();
        }
        _ => {
            let mut line = find_claim(&mut app.app.store.read_connection().await.unwrap(), &chosen).await.unwrap().1;
            line.device = "Fairphone glas".to_owned();
            let mut db = app.app.store.begin_write().await.unwrap();
            store::order_lines::put(&mut db, &line).await.unwrap();
            db.commit().await.unwrap();
        }
    }
    untouched.remove(&chosen);
}

#[tokio::test]
async fn every_page_is_right_while_claims_come_in_are_decided_and_are_erased() {
    for seed in 0..3 {
        let mut random = Rng::with_seed(seed);
        let app = TestApp::new().await;
        let mut number = 0;
        for _ in 0..120 {
            number += 1;
            random_claim(&mut random, number).store(&app).await;
        }
        for _ in 0..6 {
            let filter = random_filter(&mut random);
            check(&app, &filter).await;
            let wanted = model(&app).await.into_iter().filter(|(entry, text)| matches(&filter, entry, text));
            // The claims that are there all the time, and match all the time.
            let mut untouched: BTreeMap<String, String> = wanted.map(|(entry, text)| (entry.reference, text)).collect();
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let (entries, next) = page(&app, &filter, after, random.u32(1..20)).await;
                seen.extend(entries.into_iter().map(|entry| entry.reference));
                after = next;
                if after.is_none() {
                    break;
                }
                number += 1;
                change_something(&app, &mut random, number, &mut untouched).await;
            }
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), all, "no claim comes twice: seed {seed}, {filter:?}");
            for reference in untouched.keys() {
                assert!(seen.contains(reference), "{reference} was left out: seed {seed}, {filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn claims_are_entered_at_the_start_and_soon_after_each_submission_without_a_reader() {
    let app = TestApp::new().await;
    let entered = async |reference: &str| {
        let is_entered = async || {
            let listed = sqlx::query_scalar("select list_place is not null from claims where reference = ?");
            listed.bind(reference).fetch_one(&mut *app.app.store.read_connection().await.unwrap()).await.unwrap()
        };
        while !is_entered().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let earlier = NewClaim::new("line-of-before").store(&app).await;
    let running = tokio::spawn(claim_list::keep_claim_list_current(Arc::clone(&app.app)));
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, entered(&earlier)).await.expect("the earlier claim is entered");
    let submitted = app.accepted_claim().await;
    tokio::time::timeout(limit, entered(&submitted)).await.expect("the submitted claim is entered");
    running.abort();
}

#[tokio::test]
async fn where_new_claims_cannot_be_entered_the_earlier_ones_are_listed_and_none_is_lost() {
    let app = TestApp::new().await;
    NewClaim::new("line-1").store(&app).await;
    check(&app, &ClaimFilter::default()).await;
    NewClaim::new("line-2").store(&app).await;
    let change_note = async |change: &'static str| {
        let mut db = app.app.store.begin_write().await.unwrap();
        sqlx::query(change).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
    };
    change_note("update notes set value = value || '?' where name = 'entered'").await;
    assert_eq!(page(&app, &ClaimFilter::default(), None, 10).await.0.len(), 1);
    change_note("update notes set value = rtrim(value, '?') where name = 'entered'").await;
    check(&app, &ClaimFilter::default()).await;
}

#[tokio::test]
async fn more_claims_of_one_millisecond_than_it_has_places_for_are_all_listed() {
    let app = TestApp::new().await;
    for number in 0..70 {
        NewClaim::new(format!("line-{number}")).store(&app).await;
    }
    check(&app, &ClaimFilter::default()).await;
}

#[tokio::test]
async fn other_settings_and_claims_from_before_the_list_are_entered_at_the_next_start() {
    let app = TestApp::new().await;
    let mut random = Rng::with_seed(1);
    for number in 0..120 {
        random_claim(&mut random, number).store(&app).await;
    }
    claim_list::refresh_all_entries(&app.app).await.unwrap();
    let mut db = app.app.store.begin_write().await.unwrap();
    // As a backend leaves them that knows no list.
    for statement in [
        "delete from claim_list where place % 2",
        "update claims set list_place = null where not exists (select 1 from claim_list where place = list_place)",
    ] {
        sqlx::query(statement).execute(&mut *db).await.unwrap();
    }
    db.commit().await.unwrap();
    let folder = app.close().await;
    let patient = Policy::try_from(Terms { resolution_days: 9, ..Terms::default() }).unwrap();
    let app = TestApp::on(Arc::clone(&folder), |config| config.policy = patient).await;
    claim_list::refresh_all_entries(&app.app).await.unwrap();
    check(&app, &ClaimFilter::default()).await;
    check(&app, &ClaimFilter { text: Some("cafe".to_owned()), ..ClaimFilter::default() }).await;
    // Nothing is computed twice.
    let noted =
        store::notes::read(&mut app.app.store.read_connection().await.unwrap(), BackendNote::Listed).await.unwrap();
    assert_eq!(noted.len(), 64);
    let mut db = app.app.store.begin_write().await.unwrap();
    sqlx::query("delete from claim_list").execute(&mut *db).await.unwrap();
    sqlx::query("update claims set list_place = null").execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
    claim_list::refresh_all_entries(&app.app).await.unwrap();
    assert!(page(&app, &ClaimFilter::default(), None, 1).await.0.is_empty());
}

#[tokio::test]
async fn no_word_of_an_erased_or_expired_text_is_left_in_the_index() {
    let app = TestApp::with(|config| config.closed_retention = Some(TimeDelta::days(30))).await;
    for number in 0..40 {
        NewClaim::new(format!("line-{number}")).store(&app).await;
    }
    let words = ["kanarievogel", "parelhoen", "zeearend"];
    for (number, word) in words.into_iter().enumerate() {
        let claim = NewClaim { description: format!("Een {word}."), ..NewClaim::new(format!("word-{number}")) };
        claim.store(&app).await;
    }
    let is_kept = |word: &str| {
        let files = app.files("");
        files.iter().any(|file| file.windows(word.len()).any(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes())))
    };
    let found = async |word: &str| {
        page(&app, &ClaimFilter { text: Some(word.to_owned()), ..ClaimFilter::default() }, None, 10).await.0.len()
    };
    for word in words {
        assert!(is_kept(word) && found(word).await == 1, "{word}");
    }
    removal::erase_order_line(&app.app, "word-0", Actor::Seller).await.unwrap();
    record(&app, "DR-WORD-1", refunded()).await;
    expire_claims(&app.app, tuesday_noon() + TimeDelta::days(31)).await.unwrap();
    let of_order = ClaimFilter { order_number: Some("order-of-word-1".to_owned()), ..ClaimFilter::default() };
    assert!(page(&app, &of_order, None, 10).await.0.is_empty());
    app.app.store.truncate_wal().await.unwrap();
    for (word, count) in words.into_iter().zip([0, 0, 1]) {
        assert_eq!((is_kept(word), found(word).await), (count == 1, count), "{word}");
    }
    check(&app, &ClaimFilter::default()).await;
}
