//! The data that a page gives an element (`js/page-data.js`): the parts that cannot be used, and the request of an element without data.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = writtenElement)]
    fn written_element(markup: &str) -> Element;
    #[wasm_bindgen(js_name = readPageData)]
    async fn read_page_data(element: &Element, id: &str, status: u16, saves_data: bool) -> JsValue;
}

/// Reads the data of `element` for the order line 1042-1, when the backend answers.
async fn read(element: &Element) -> String {
    read_page_data(element, "1042-1", 200, false).await.as_string().unwrap()
}

fn with_data(data: &str) -> Element {
    written_element(&format!(
        r#"<damage-report><script type="application/json">{data}</script><p>…</p></damage-report>"#
    ))
}

#[wasm_bindgen_test]
async fn data_that_the_server_has_written_is_read_once() {
    let given = r#"{"token":"a.b.c","order_line":{"id":"1042-1","device":"\u003c/script>"}}"#;
    let element = with_data(given);
    assert_eq!(read(&element).await, given.replace(r"\u003c", "<"));
    assert_eq!(read(&element).await, "none", "a report that is opened again shows the present state");
    let without_token = r#"{"order_line":{"id":"1042-1"}}"#;
    assert_eq!(read(&with_data(without_token)).await, without_token);
}

#[wasm_bindgen_test]
async fn data_that_cannot_be_used_is_left_and_the_console_names_the_part() {
    let long = format!(r#"{{"order_line":{{"id":"1042-1","device":"{}"}}}}"#, "x".repeat(1 << 16));
    let cases = [
        ("", "its JSON"),
        ("{", "its JSON"),
        ("null", "order_line"),
        ("7", "order_line"),
        ("{}", "order_line"),
        (r#"{"order_line":"1042-1"}"#, "order_line"),
        (r#"{"order_line":null}"#, "order_line.id"),
        (r#"{"order_line":{"id":"1042-2"}}"#, "order_line.id"),
        (r#"{"order_line":{"id":["1042-1"]}}"#, "order_line.id"),
        (r#"{"order_line":{"id":"1042-1"},"endpoint":"https://elsewhere.example"}"#, "endpoint"),
        (r#"{"order_line":{"id":"1042-1"},"token":""}"#, "token"),
        (r#"{"order_line":{"id":"1042-1"},"token":null}"#, "token"),
        (r#"{"order_line":{"id":"1042-1"},"token":["a.b.c"]}"#, "token"),
        (r#"{"order_line":{"id":"1042-1"},"token":"a b"}"#, "token"),
        (&long, "its length"),
    ];
    for (data, part) in cases {
        let said = format!("none\ndamage-report: the data in the page is not used, because of {part}");
        assert_eq!(read(&with_data(data)).await, said, "{data:.80}");
    }
}

#[wasm_bindgen_test]
async fn a_script_elsewhere_or_of_another_kind_is_no_data() {
    let data = r#"{"order_line":{"id":"1042-1"}}"#;
    for markup in [
        format!(r#"<damage-report><p><script type="application/json">{data}</script></p></damage-report>"#),
        format!(r#"<damage-report><script type="application/ld+json">{data}</script></damage-report>"#),
        format!(
            r#"<damage-report><template><script type="application/json">{data}</script></template></damage-report>"#
        ),
    ] {
        assert_eq!(read(&written_element(&markup)).await, "none", "{markup}");
    }
}

#[wasm_bindgen_test]
async fn without_data_the_backend_is_asked_ahead_only_where_the_page_wants_that() {
    let asked = r#"{"token":"asked-for","order_line":{"id":"1042-1"}}"#;
    assert_eq!(read(&written_element("<damage-report></damage-report>")).await, "none");
    let prefetch = written_element("<damage-report prefetch></damage-report>");
    assert_eq!(read(&prefetch).await, format!("{asked}\nasked"));
    let outcome = |element, status, saves_data| async move {
        read_page_data(&element, "1042-1", status, saves_data).await.as_string().unwrap()
    };
    assert_eq!(outcome(prefetch.clone(), 401, false).await, "none\nasked", "a refusal is no order line");
    assert_eq!(outcome(prefetch, 200, true).await, "none", "the browser saves data");
    let open = written_element("<damage-report prefetch open></damage-report>");
    assert_eq!(read(&open).await, "none", "it is asked for anyway");
    let both = r#"<damage-report prefetch><script type="application/json">{"order_line":{"id":"1042-1"}}</script></damage-report>"#;
    assert_eq!(read(&written_element(both)).await, r#"{"order_line":{"id":"1042-1"}}"#);
}
