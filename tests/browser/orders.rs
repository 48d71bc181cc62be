//! Order lines and claims as a backend says them: the shapes of the contract, with the one thing changed that a test is
//! about.

use serde_json::{Value, json};

/// Delivered on a Friday, seen on the Sunday after: open until Wednesday 25 November.
pub(crate) fn order_line() -> Value {
    json!({
        "id": "1042-1",
        "order_number": "2026-104233",
        "device": "iPhone 13 128 GB, blauw",
        "grade": "excellent",
        "delivery": {"at": "2026-11-20T13:05:00Z", "zone": "Europe/Amsterdam"},
        "consignment": {"carrier": "PostNL", "tracking_number": "3SDEVC123456789"},
        // The test pictures are small.
        "policy": {"photo_side_min": 100},
        "holidays": {"years": [2026], "dates": ["2026-12-25", "2026-12-26"]},
        "shop": {"name": "Tweede Leven", "contact_url": "https://shop.example/contact"},
        "server_time": "2026-11-22T09:00:00Z"
    })
}

/// The order line, seen at another moment.
pub(crate) fn order_line_at(server_time: &str) -> Value {
    let mut line = order_line();
    line["server_time"] = json!(server_time);
    line
}

/// The order line, with photos that the backend keeps: their digests, and what they show.
pub(crate) fn order_line_with(photos: &[(String, &str)]) -> Value {
    let mut line = order_line();
    let listed =
        |(digest, subject): &(String, &str)| json!({"sha256": digest, "width": 320, "height": 240, "subject": subject});
    line["photos"] = photos.iter().map(listed).collect();
    line
}

/// A stored photo as the backend lists it; the network fills in the digest.
pub(crate) fn photo_kept() -> Value {
    json!({"sha256": "{digest}", "width": 320, "height": 240})
}

/// A claim that the backend has just taken.
pub(crate) fn claim_status() -> Value {
    json!({
        "reference": "DR-7K3M9QXA2T",
        "received_at": "2026-11-22T09:12:30Z",
        "late": false,
        "claim": {
            "damage": ["screen_broken"],
            "description": "<b>Viel</b> uit de doos",
            "photos": {"device": ["a".repeat(64), "b".repeat(64), "c".repeat(64)]},
            "missing": {"packaging": "discarded", "label": "discarded"}
        },
        "progress": {
            "investigation": {"state": "open", "since": "2026-11-23"},
            "return_shipment": {"state": "label_issued", "on": "2026-11-24"},
            "resolution": {"state": "pending"}
        },
        "resolution_due": "2026-11-25",
        "has_return_label": true
    })
}

/// A refusal, as RFC 9457 has it.
pub(crate) fn problem(status: u16, code: &str, retry: &str) -> Value {
    json!({"type": format!("/problems/{code}"), "title": code, "status": status, "code": code, "retry": retry})
}
