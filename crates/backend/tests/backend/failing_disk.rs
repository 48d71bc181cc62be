//! System calls that fail below SQLite and the file system, and what becomes of the requests meanwhile and afterwards.
//!
//! The kernel fails them, by a filter on single threads. A filter stays on its thread for good, so that the ones that are
//! to fail are threads of their own.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use damage_report_rules::contract::Code;
use libc::{
    SYS_fdatasync, SYS_fsync, SYS_mkdir, SYS_mkdirat, SYS_rename, SYS_renameat, SYS_renameat2, SYS_unlink, SYS_unlinkat,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};
use tokio::runtime::Builder;

use crate::{
    app::{LINE, TestApp, claim, refusal},
    photos,
    recovery::{is_ready_in_the_end, names},
};

const SYNC: &[i64] = &[SYS_fsync, SYS_fdatasync];

/// From now on these calls fail on this thread, and on those that it starts, as on a disk that is broken.
fn fail(calls: &[i64]) {
    let rules = calls.iter().map(|&call| (call, Vec::new())).collect();
    let errno = SeccompAction::Errno(libc::EIO.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, errno, TargetArch::x86_64).unwrap();
    seccompiler::apply_filter(&BpfProgram::try_from(filter).unwrap()).unwrap();
}

#[test]
fn it_is_not_ready_while_any_call_fails_that_keeping_takes_and_is_when_it_is_well() {
    let failing: Arc<Mutex<&[i64]>> = Arc::default();
    let on_start = Arc::clone(&failing);
    let runtime = Builder::new_current_thread()
        .enable_all()
        // File operations run on threads that are replaced soon, so that new ones fail as `failing` says.
        .thread_keep_alive(Duration::from_millis(1))
        .on_thread_start(move || fail(&on_start.lock().unwrap()))
        .build()
        .unwrap();
    runtime.block_on(async {
        let app = TestApp::new().await;
        is_ready_in_the_end(&app, 204).await;
        let calls: [(&[i64], bool); 4] = [
            (SYNC, false),
            (&[SYS_rename, SYS_renameat, SYS_renameat2], false),
            (&[SYS_mkdir, SYS_mkdirat], false),
            // A photo can still be kept; none could be taken away.
            (&[SYS_unlink, SYS_unlinkat], true),
        ];
        for ((calls, keeps), shade) in calls.into_iter().zip(0..) {
            let line = format!("line-of-{shade}");
            app.put_line(&line, Some("2026-11-20T13:00:00Z")).await;
            *failing.lock().unwrap() = calls;
            is_ready_in_the_end(&app, 503).await;
            let before = names(&app);
            let photo = photos::plain(shade);
            let sent = app.put_photo(&line, &photo).await;
            if keeps {
                assert_eq!(sent.status(), 201);
            } else {
                assert_eq!(refusal(sent).await, (503, Code::Storage));
                assert_eq!(names(&app), before, "what is not kept leaves nothing");
            }
            *failing.lock().unwrap() = &[];
            is_ready_in_the_end(&app, 204).await;
            assert_eq!(app.put_photo(&line, &photo).await.status(), if keeps { 200 } else { 201 });
        }
    });
    runtime.shutdown_background();
}

#[tokio::test]
async fn after_a_commit_that_the_disk_failed_the_very_next_one_is_kept() {
    let app = TestApp::new().await;
    let names_of_photos = app.put_evidence(LINE).await;
    let broken =
        Builder::new_multi_thread().worker_threads(1).enable_all().on_thread_start(|| fail(SYNC)).build().unwrap();
    // The connection that is opened next is opened there, and cannot sync.
    let break_the_writer = || {
        let store = app.app.store.clone();
        broken.spawn(async move {
            let mut db = store.begin_write().await.unwrap();
            sqlx::query("create temp trigger fails before update on main.notes begin select raise(rollback, 'x'); end")
                .execute(&mut *db)
                .await
                .unwrap();
            sqlx::query("update notes set value = ''").execute(&mut *db).await.unwrap_err();
            drop(db);
            store.begin_write().await.unwrap().rollback().await.unwrap();
        })
    };
    break_the_writer().await.unwrap();
    let before = names(&app);
    assert_eq!(refusal(app.put_photo(LINE, &photos::plain(9)).await).await, (503, Code::Storage));
    assert_eq!(names(&app), before, "the photo that was not committed is gone");
    assert_eq!(app.put_photo(LINE, &photos::plain(9)).await.status(), 201);

    break_the_writer().await.unwrap();
    let body = claim(&names_of_photos);
    assert_eq!(refusal(app.post_claim(LINE, "key", &body).await).await, (503, Code::Storage));
    assert_eq!(app.post_claim(LINE, "key", &body).await.status(), 201);

    break_the_writer().await.unwrap();
    is_ready_in_the_end(&app, 204).await;
    broken.shutdown_background();
}
