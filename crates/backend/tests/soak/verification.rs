//! The end: the whole state, asked over HTTP and looked at on disk, held against what was acknowledged.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use damage_report_backend::digest;
use futures_util::{StreamExt as _, stream};
use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    configuration::SELLER_KEY,
    customer::{LABEL, ask_again, check_shown},
    faults::Faults,
    ledger::{Accepted, Ledger},
    order_line::{Line, token},
    pictures::Pictures,
};

/// How many order lines are asked about at once.
const AT_ONCE: usize = 8;

/// How long files that no row knows may take to go after a start, of which there may be a few thousand order lines.
const SWEEP_MAX: Duration = Duration::from_secs(30);

/// The tables that have an order line in each row.
const OF_ORDER_LINES: [&str; 4] = ["photos", "drafts", "claims", "idempotency_keys"];

/// Asks about everything, as customers and seller do.
pub(crate) async fn ask(line: &Line, ledgers: &[Ledger], pictures: &Pictures) {
    stream::iter(ledgers).for_each_concurrent(AT_ONCE, |ledger| ask_about(line, ledger, pictures)).await;
}

async fn ask_about(line: &Line, ledger: &Ledger, pictures: &Pictures) {
    let (path, token) = (format!("/order-lines/{}", ledger.id), token(&ledger.id));
    let get = async |path: String, bearer: &str| line.until_known("GET", &path, Some(bearer), &[], &[]).await;
    let shown = get(path.clone(), &token).await;
    if ledger.is_erased {
        shown.expect(&[404], "an erased order line in the end", &line.faults);
        return;
    }
    check_shown(ledger, &shown.expect(&[200], "an order line in the end", &line.faults).json(), line);
    for name in ledger.kept() {
        let photo =
            get(format!("{path}/photos/{name}"), &token).await.expect(&[200], "a photo in the end", &line.faults);
        let is_right = pictures.is_clean_copy(name, &digest::sha256(&photo.body).to_string());
        line.faults.check(is_right, || format!("{}: {name} has other bytes", ledger.id));
    }
    let Some((sent, accepted)) = ledger.accepted() else { return };
    ask_again(ledger, line).await;
    let found =
        get(format!("/seller{path}/claim"), SELLER_KEY).await.expect(&[200], "a claim in the end", &line.faults);
    line.faults.check(found.json()["reference"] == accepted.reference, || format!("{}: another claim", ledger.id));
    for name in &sent.photos {
        let photo = get(format!("/seller/claims/{}/photos/{name}", accepted.reference), SELLER_KEY).await;
        photo.expect(&[200], "a photo of a claim in the end", &line.faults);
    }
    if ledger.has_label {
        let label =
            get(format!("{path}/return-label"), &token).await.expect(&[200], "a label in the end", &line.faults);
        let is_right = label.body == BASE64_STANDARD.decode(LABEL).unwrap();
        line.faults.check(is_right, || format!("{}: another label", ledger.id));
    }
}

/// Waits until no file is left that no row knows, and says whether it came to that: kills leave some, and the program takes them
/// away after a start.
pub(crate) async fn is_swept(folder: &Path) -> bool {
    let begun = Instant::now();
    let mut db = open(folder).await;
    while begun.elapsed() < SWEEP_MAX {
        let (files, rows) = (files(folder), rows(&mut db).await);
        if files.keys().all(|file| rows.contains_key(file)) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

/// Looks through the data folder, which nobody has open any more.
pub(crate) async fn verify_data_folder(folder: &Path, ledgers: &[Ledger], pictures: &Pictures, faults: &Faults) {
    let mut db = open(folder).await;
    let living: BTreeMap<&str, &Ledger> =
        ledgers.iter().filter(|ledger| !ledger.is_erased).map(|ledger| (ledger.id.as_str(), ledger)).collect();
    let there = ids(&mut db, "order_lines", "id").await;
    for id in living.keys().filter(|id| !there.contains(**id)) {
        faults.add(format!("{id} was put in and is gone"));
    }
    let is_probe = |id: &&String| id.starts_with("probe-");
    for id in there.iter().filter(|id| !is_probe(id) && !living.contains_key(id.as_str())) {
        faults.add(format!("{id} is erased, or was never put in, and is there"));
    }
    for table in OF_ORDER_LINES {
        for id in ids(&mut db, table, "order_line").await.difference(&there) {
            faults.add(format!("{table} has rows of {id}, which is not there"));
        }
    }
    let rows = rows(&mut db).await;
    for ledger in living.values() {
        let of_it = rows.values().filter(|row| row.order_line == ledger.id).map(|row| row.name.as_str());
        if let Some(wrong) = ledger.wrong_photos(of_it) {
            faults.add(format!("the rows of photos are others: {wrong}"));
        }
    }
    let files = files(folder);
    for file in files.keys().filter(|file| !rows.contains_key(*file)) {
        faults.add(format!("no row knows the file {file}"));
    }
    for (file, row) in &rows {
        let digest = files.get(file).map(|bytes| digest::sha256(bytes).to_string());
        let is_right = digest.as_ref() == Some(&row.stored) && pictures.is_clean_copy(&row.name, &row.stored);
        faults.check(is_right, || format!("{}: the file {file} is {digest:?}, wanted {}", row.order_line, row.stored));
    }
    let claims = sqlx::query("select order_line, reference from claims").fetch_all(&mut db).await.unwrap();
    for claim in &claims {
        let (id, reference): (String, String) = (claim.get(0), claim.get(1));
        let ledger = living.get(id.as_str());
        let is_its_own = ledger.is_some_and(|ledger| match ledger.accepted() {
            Some((_, accepted)) => accepted.reference == reference,
            None => ledger.claim.is_some(),
        });
        faults.check(is_its_own, || format!("{id}: the claim {reference} is nobody's"));
    }
    let log = event_log(&mut db).await;
    for ledger in ledgers {
        if let Some(wrong) = wrong_events(ledger, log.get(&ledger.id).map_or(&[], Vec::as_slice)) {
            faults.add(format!("{}: {wrong}", ledger.id));
        }
    }
    for ledger in ledgers.iter().filter(|ledger| ledger.is_erased) {
        let left = folder.join("data/photos").join(digest::sha256(ledger.id.as_bytes()).to_string());
        faults.check(!left.exists(), || format!("{} is erased, and its folder is there", ledger.id));
    }
    let incoming = fs::read_dir(folder.join("data/incoming")).map_or(0, Iterator::count);
    faults.check(incoming == 0, || format!("{incoming} files are half received"));
}

/// The types of the events of each order line, in the order of the log.
async fn event_log(db: &mut SqliteConnection) -> BTreeMap<String, Vec<String>> {
    let rows = sqlx::query("select order_line, type from events order by id").fetch_all(db).await.unwrap();
    let mut log: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        log.entry(row.get(0)).or_default().push(row.get(1));
    }
    log
}

/// Checks `log` as the events of this order line. Faults are an acknowledged change that is not in it, and an event twice.
fn wrong_events(ledger: &Ledger, log: &[String]) -> Option<String> {
    let Some(accepted) = ledger.claim.as_ref().and_then(|sent| sent.accepted.as_ref()) else {
        let may_be_sent = ledger.claim.is_some() || log.is_empty();
        return (!may_be_sent).then(|| format!("a claim that nobody sent has {log:?}"));
    };
    let is_repeated = log.iter().enumerate().any(|(nth, kind)| log[..nth].contains(kind));
    let has_begun = log.first().is_some_and(|kind| kind == "claim.submitted");
    let is_erased = log.last().is_some_and(|kind| kind == "claim.erased");
    let missing = acknowledged(accepted).find(|kind| !log.iter().any(|logged| logged == kind));
    let is_right = has_begun && !is_repeated && is_erased == ledger.is_erased && missing.is_none();
    (!is_right).then(|| format!("the log of events is {log:?}, missing {missing:?}"))
}

/// The events that the progress shows which was told last.
fn acknowledged(accepted: &Accepted) -> impl Iterator<Item = &'static str> {
    let tracks = [
        ("/investigation/state", "open", "claim.investigation_opened"),
        ("/return_shipment/state", "label_issued", "claim.return_label_issued"),
        ("/return_shipment/state", "received", "claim.return_received"),
        ("/resolution/state", "refunded", "claim.refunded"),
    ];
    tracks
        .into_iter()
        .filter(|(track, state, _)| accepted.progress.pointer(track).is_some_and(|told| told == state))
        .map(|track| track.2)
}

/// A row of a photo.
struct Photo {
    order_line: String,
    name: String,
    stored: String,
}

/// The photos that the database knows, by their file.
async fn rows(db: &mut SqliteConnection) -> BTreeMap<String, Photo> {
    let rows = sqlx::query("select order_line, digest, stored from photos").fetch_all(db).await.unwrap();
    let photo = |row: &sqlx::sqlite::SqliteRow| {
        let photo = Photo { order_line: row.get(0), name: row.get(1), stored: row.get(2) };
        (format!("{}/{}.jpg", digest::sha256(photo.order_line.as_bytes()), photo.name), photo)
    };
    rows.iter().map(photo).collect()
}

/// Every file of a photo, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let entries =
        |path: &Path| fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>();
    for line in entries(&folder.join("data/photos")) {
        for file in entries(&line) {
            let name = [&line, &file].map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).join("/");
            // One that goes meanwhile is gone.
            files.extend(fs::read(&file).ok().map(|bytes| (name, bytes)));
        }
    }
    files
}

async fn ids(db: &mut SqliteConnection, table: &str, column: &str) -> BTreeSet<String> {
    let query = sqlx::AssertSqlSafe(format!("select distinct {column} from {table}"));
    sqlx::query_scalar(query).fetch_all(db).await.unwrap().into_iter().collect()
}

async fn open(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("data/claims.sqlite")).read_only(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}
