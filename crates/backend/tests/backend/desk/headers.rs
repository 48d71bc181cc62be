//! The headers of every answer of the desk.

use super::{ANNA, Browser, app};

#[tokio::test]
async fn every_answer_of_the_desk_has_the_strict_headers() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let browser = Browser::signed_in(&app, ANNA).await;
    let page = browser.page(&format!("/desk/claims/{reference}")).await;
    let image = page.split("src=\"").find(|rest| rest.starts_with("/desk/claims/")).unwrap().split('"').next().unwrap();
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; \
                  base-uri 'none'; frame-ancestors 'none'";
    for (path, status, cache) in [
        ("/desk", 200, "no-store"),
        ("/desk/log", 200, "no-store"),
        (&format!("/desk/claims/{reference}"), 200, "no-store"),
        (&format!("/desk/claims/{reference}/photos/1"), 200, "no-store"),
        ("/desk/claims/DR-0000000000", 404, "no-store"),
        ("/desk/claims/%ff", 400, "no-store"),
        ("/desk?state=nonsense", 400, "no-store"),
        ("/desk?nonsense=1", 400, "no-store"),
        ("/desk/sign-in", 303, "no-store"),
        ("/desk/sign-out", 405, "no-store"),
        (image, 200, "private, max-age=43200, immutable"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert_eq!(header("content-security-policy"), policy, "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(header("cache-control"), cache, "{path}");
        if status >= 400 {
            assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
        }
    }
}

#[tokio::test]
async fn style_and_script_are_cached_for_ever_by_their_digest() {
    let app = app().await;
    let stranger = Browser::new(&app);
    let page = stranger.page("/desk/sign-in").await;
    let files: Vec<&str> = page.split('"').filter(|part| part.starts_with("/desk/files/")).collect();
    assert_eq!(files.len(), 3, "{page}");
    for file in files {
        let answer = stranger.get(file).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    }
    assert_eq!(stranger.get("/desk/files/desk.css").await.status(), 404);
    assert!(!page.contains("style=\"") && !page.contains("<style") && !page.contains("onclick"), "nothing is inline");
}
