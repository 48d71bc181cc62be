//! Finds the claims that meet some conditions, in the order of the list.
//!
//! A condition that is left open is split into its values. Each combination of values is one query over a range of an index that is already
//! in the list's order, so a query reads only claims that match. `merge` sorts what the queries find.

use chrono::NaiveDate;
use damage_report_rules::lifecycle::ClaimState;
use sqlx::{Row, Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::ListPlace;
use crate::store::error::StoreError;

pub(super) type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Which claims are wanted: those that meet all conditions that are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListConditions {
    /// One of these states.
    pub states: Option<Vec<ClaimState>>,
    /// A resolution that is due before this day.
    pub due_before: Option<NaiveDate>,
    /// This carrier.
    pub carrier: Option<String>,
    /// Submitted after the reporting window closed, or before.
    pub is_late: Option<bool>,
    /// With a photo that the claimant kept against advice, or without one.
    pub has_advice: Option<bool>,
    /// Without a photo of the packaging or of the label, or with both.
    pub lacks_evidence: Option<bool>,
    /// This reference.
    pub reference: Option<String>,
    /// This order.
    pub order_number: Option<String>,
}

/// A value for each of these conditions. The claims with these values are one range of an index, in the list's order.
struct Combination {
    state: ClaimState,
    is_late: bool,
    has_advice: bool,
    lacks_evidence: bool,
}

/// The conditions as SQL. A macro, because `concat!` takes literals only.
macro_rules! tests {
    () => {
        "(?4 is null or state in (select value from json_each(?4)))
         and (?5 is null or carrier = ?5)
         and (?6 is null or late = ?6)
         and (?7 is null or has_advice = ?7)
         and (?8 is null or lacks_evidence = ?8)
         and (?9 is null or reference = ?9)
         and (?10 is null or claim_list.order_number = ?10)"
    };
}
pub(super) use tests;

pub(super) const ALL: &str = "select place from claim_list where place > ?1 and place < ?2 order by place limit ?3";

pub(super) const BY_STATE: &str = "
    select place from claim_list indexed by claim_list_by_state
    where state = ?4 and late = ?5 and has_advice = ?6 and lacks_evidence = ?7 and place > ?1 and place < ?2
    order by place limit ?3";

pub(super) const BY_CARRIER: &str = "
    select place from claim_list indexed by claim_list_by_carrier
    where carrier = ?8 and state = ?4 and late = ?5 and has_advice = ?6 and lacks_evidence = ?7
      and place > ?1 and place < ?2
    order by place limit ?3";

pub(super) const BY_ORDER: &str = concat!(
    "select place from claim_list indexed by claim_list_by_order
     where order_number = ?10 and place > ?1 and place < ?2 and ",
    tests!(),
    " order by place limit ?3"
);

pub(super) const BY_REFERENCE: &str = concat!(
    "select place from claim_list
     where place = (select list_place from claims where claims.reference = ?9) and place > ?1 and place < ?2 and ",
    tests!(),
    " limit ?3"
);

/// The places of at most `count` claims after `after` that meet `conditions`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn matching_places(
    db: &mut SqliteConnection,
    conditions: &ListConditions,
    after: ListPlace,
    count: u32,
) -> Result<Vec<ListPlace>, StoreError> {
    let until = conditions.end_place();
    let places: Vec<i64> = if conditions.reference.is_some() || conditions.order_number.is_some() {
        let statement = if conditions.reference.is_some() { BY_REFERENCE } else { BY_ORDER };
        let places = conditions.bind_parameters(sqlx::query(statement).bind(after.0).bind(until.0).bind(count));
        places.fetch_all(db).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
    } else if conditions.match_all_before_end() {
        sqlx::query_scalar(ALL).bind(after.0).bind(until.0).bind(count).fetch_all(db).await?
    } else {
        merge(db, conditions, after, until, count).await?
    };
    Ok(places.into_iter().map(ListPlace).collect())
}

/// The first `count` places of all combinations together.
async fn merge(
    db: &mut SqliteConnection,
    conditions: &ListConditions,
    after: ListPlace,
    mut until: ListPlace,
    count: u32,
) -> Result<Vec<i64>, StoreError> {
    let mut first: Vec<i64> = Vec::new();
    for Combination { state, is_late, has_advice, lacks_evidence } in conditions.combinations() {
        let statement = if conditions.carrier.is_some() { BY_CARRIER } else { BY_STATE };
        let part = sqlx::query_scalar::<_, i64>(statement).bind(after.0).bind(until.0).bind(count);
        let part = part.bind(state.code()).bind(is_late).bind(has_advice).bind(lacks_evidence);
        first.extend(part.bind(&conditions.carrier).fetch_all(&mut *db).await?);
        first.sort_unstable();
        first.truncate(count as usize);
        // The other combinations need to be read only up to the last of these places.
        if let (true, Some(&last)) = (first.len() == count as usize, first.last()) {
            until = ListPlace(last);
        }
    }
    Ok(first)
}

impl ListConditions {
    /// The place before which all wanted claims lie.
    pub(super) fn end_place(&self) -> ListPlace {
        self.due_before.map_or(ListPlace::LAST, ListPlace::of_day)
    }

    /// Whether every claim before `end_place` is wanted, because no other condition is set.
    #[must_use]
    pub fn match_all_before_end(&self) -> bool {
        *self == Self { due_before: self.due_before, ..Self::default() }
    }

    fn combinations(&self) -> impl Iterator<Item = Combination> + '_ {
        let states = self.states.as_deref().unwrap_or(&ClaimState::ALL);
        let values = |wanted: Option<bool>| [false, true].into_iter().filter(move |&value| wanted != Some(!value));
        states.iter().flat_map(move |&state| {
            values(self.is_late).flat_map(move |is_late| {
                values(self.has_advice).flat_map(move |has_advice| {
                    values(self.lacks_evidence).map(move |lacks_evidence| Combination {
                        state,
                        is_late,
                        has_advice,
                        lacks_evidence,
                    })
                })
            })
        })
    }

    /// Binds the parameters of `tests!`, from the fourth on.
    pub(super) fn bind_parameters<'q>(&'q self, statement: Statement<'q>) -> Statement<'q> {
        let states = self.states.as_ref().map(|states| {
            let codes: Vec<String> = states.iter().map(|state| format!("{:?}", state.code())).collect();
            format!("[{}]", codes.join(","))
        });
        let statement = statement.bind(states).bind(&self.carrier).bind(self.is_late).bind(self.has_advice);
        statement.bind(self.lacks_evidence).bind(&self.reference).bind(&self.order_number)
    }
}

/// `places` as a JSON array.
pub(super) fn places_as_json(places: &[ListPlace]) -> String {
    let places: Vec<String> = places.iter().map(|place| place.0.to_string()).collect();
    format!("[{}]", places.join(","))
}
