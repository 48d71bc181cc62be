//! The journeys that are made in other engines too: the very tests that are made in Chromium, with another browser.
//!
//! A journey is on a list because something in it may differ from engine to engine: focus and keys, codecs and workers,
//! storage, policies, widths, dates in words. Links and backends behave the same for all engines, and are tested once. Neither is here
//! what an engine cannot do (`damage_report_e2e::engine` says what that is): such a journey would fail here, not pass.

use std::process::Termination;

use damage_report_e2e::engine::{Engine, run_in_engine};

/// Tests of these names, each of which makes that journey in the engine.
macro_rules! made_in {
    ($engine:expr; $($file:ident::$journey:ident,)+) => {
        $(
            #[test]
            fn $journey() -> impl Termination {
                run_in_engine($engine, crate::$file::$journey)
            }
        )+
    };
}

mod firefox {
    use super::*;

    made_in! { Engine::Firefox;
        history::r1_the_browsers_back_leads_to_the_page_before,
        history::r1_once_it_is_sent_back_leaves_the_page_and_no_entry_is_left,
        history::r1_when_the_entries_are_left_the_page_stays_where_the_customer_reads,
        history::n15_after_a_reload_the_button_says_that_there_is_something_to_go_on_with,
        full_claim::a_damaged_device_is_reported_with_five_photos_from_a_phone,
        keyboard::a_device_is_reported_without_a_mouse,
        damage_desk::a_report_is_settled_at_the_desk_and_the_customer_sees_the_refund,
        refused::a_report_sent_later_than_that_is_refused_in_words,
        refused::the_window_that_closes_today_is_closed_tomorrow,
        refused::a_file_that_is_gone_when_it_is_read_says_so_and_harms_nothing_else,
        durability::another_language_midway_keeps_the_answers,
        embedded::without_its_wasm_the_shops_own_words_stay,
        embedded::moved_on_the_page_the_widget_keeps_what_was_filled_in,
        accessible::in_no_language_is_anything_wider_than_320_points,
        unreachable::h017_on_a_page_with_trusted_types_and_without_workers_a_device_is_reported,
        unreachable::h017_on_a_page_that_allows_no_wasm_the_shops_own_words_stay,
        saved::b002_a_reload_or_another_page_in_between_loses_nothing,
        saved::b021_what_is_kept_on_the_disk_cannot_be_read_there,
        saved::n05_where_the_browser_blocks_cookies_a_report_goes_in_from_memory,
        tabs::b003_a_second_tab_takes_over_what_the_first_had_in_hand_and_there_is_one_claim,
        killed::b001_killed_right_after_photos_were_picked_they_are_there,
        pictures::each_picture_of_the_corpus_comes_out_upright_and_whole_or_is_refused,
        pictures::where_canvases_make_noise_each_picture_goes_without_its_metadata,
        pictures::n24_with_fingerprinting_resisted_every_kind_of_photo_is_taken_and_no_metadata_leaves,
    }
}

mod webkit {
    use super::*;

    made_in! { Engine::WebKit;
        history::r1_the_browsers_back_leads_to_the_page_before,
        history::r1_once_it_is_sent_back_leaves_the_page_and_no_entry_is_left,
        history::r1_when_the_entries_are_left_the_page_stays_where_the_customer_reads,
        history::n15_after_a_reload_the_button_says_that_there_is_something_to_go_on_with,
        full_claim::a_damaged_device_is_reported_with_five_photos_from_a_phone,
        keyboard::a_device_is_reported_without_a_mouse,
        damage_desk::a_report_is_settled_at_the_desk_and_the_customer_sees_the_refund,
        damage_desk::ten_claims_are_decided_by_keyboard_alone_with_at_most_eight_keystrokes_each,
        refused::a_report_sent_later_than_that_is_refused_in_words,
        refused::the_window_that_closes_today_is_closed_tomorrow,
        refused::a_file_that_is_gone_when_it_is_read_says_so_and_harms_nothing_else,
        durability::another_language_midway_keeps_the_answers,
        embedded::without_its_wasm_the_shops_own_words_stay,
        embedded::moved_on_the_page_the_widget_keeps_what_was_filled_in,
        accessible::in_no_language_is_anything_wider_than_320_points,
        unreachable::h017_on_a_page_with_trusted_types_and_without_workers_a_device_is_reported,
        unreachable::h017_on_a_page_that_allows_no_wasm_the_shops_own_words_stay,
        saved::b002_a_reload_or_another_page_in_between_loses_nothing,
        tabs::b003_a_second_tab_takes_over_what_the_first_had_in_hand_and_there_is_one_claim,
        pictures::each_picture_of_the_corpus_comes_out_upright_and_whole_or_is_refused,
    }
}
