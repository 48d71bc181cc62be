//! Presses at one point of the screen, by mouse or by touch, faster than the driver's own: in Chromium only.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{browser::Browser, pages::ReportWidget};

/// The pointing device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse.
    Mouse,
    /// A finger.
    Finger,
}

/// A point of the screen, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    x: f64,
    y: f64,
}

impl Point {
    /// The corner where the screen begins, away from any button.
    pub const CORNER: Self = Self { x: 1.0, y: 1.0 };

    /// Where the middle of what `css` finds is to be seen, once it is in the middle of the screen.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub async fn scroll_to_centre_of(report: &ReportWidget<'_>, css: &str) -> Result<Self> {
        report.wait_for_element(css).await?;
        let found = format!("const found = widget.shadowRoot.querySelector({});", Value::from(css));
        report
            .run_script(&[&found, "found.scrollIntoView({ block: 'center', behavior: 'instant' });"].concat())
            .await?;
        Self::visible_centre_of(report, css).await
    }

    /// Where it is to be seen as the page stands.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub async fn visible_centre_of(report: &ReportWidget<'_>, css: &str) -> Result<Self> {
        let found = format!("const found = widget.shadowRoot.querySelector({});", Value::from(css));
        let middle =
            "const { x, y, width, height } = found.getBoundingClientRect(); return [x + width / 2, y + height / 2];";
        let (x, y) = serde_json::from_value(report.run_script(&[&found, middle].concat()).await?)?;
        Ok(Self { x, y })
    }
}

impl Pointer {
    /// Comes to `point`: a mouse moves there, and a finger is put down and not lifted.
    ///
    /// # Errors
    ///
    /// When the browser does not do it.
    pub async fn reach(self, browser: &Browser, point: Point) -> Result<()> {
        let Point { x, y } = point;
        let (command, event) = match self {
            Self::Mouse => ("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y })),
            Self::Finger => {
                ("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] }))
            }
        };
        browser.send_devtools_command(command, event).await.map(drop)
    }

    /// Presses at `point`, for the `nth` time in a row as far as the browser is told.
    ///
    /// # Errors
    ///
    /// When the browser does not do it.
    pub async fn press(self, browser: &Browser, point: Point, nth: u32) -> Result<()> {
        let Point { x, y } = point;
        match self {
            Self::Mouse => {
                for kind in ["mousePressed", "mouseReleased"] {
                    let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": nth });
                    browser.send_devtools_command("Input.dispatchMouseEvent", event).await?;
                }
            }
            Self::Finger => {
                self.reach(browser, point).await?;
                browser
                    .send_devtools_command("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }))
                    .await?;
            }
        }
        Ok(())
    }
}
