//! A customer's browser: a driver of its own on a free port, a profile and a download folder that go away with it, but
//! not with its process: it can be killed and opened again.
//!
//! The pages that it shows are in [`pages`](crate::pages). Which browser it is, only [`engine`](crate::engine) and its files know.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::Value;
use thirtyfour::{Key, TypingData, WebDriver, WebElement, WindowHandle, action_chain::ActionChain};
use tokio::time::timeout;

use crate::{
    browser_files::BrowserFiles,
    chromium,
    driver::{END, RunningPrograms, start_browser},
    engine::{Ability, Engine},
    environment::Environment,
    processes,
    wait::eventually,
};

pub use crate::screen::Screen;

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    running: RunningPrograms,
    environment: Environment,
    screen: Screen,
    home: BrowserFiles,
}

impl Browser {
    /// Opens one with an empty profile.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn open(environment: &Environment, screen: Screen) -> Result<Self> {
        let home = BrowserFiles::new()?;
        let (running, driver) = start_browser(environment, screen, &home).await?;
        Ok(Self { driver, running, environment: environment.clone(), screen, home })
    }

    /// Kills it at once, as a phone does that runs out of memory: it hears nothing of that, and saves nothing more.
    /// Until it is opened [again](Self::reopen), nothing else can be asked of it.
    ///
    /// # Errors
    ///
    /// When it cannot be killed.
    pub async fn kill(&mut self) -> Result<()> {
        self.engine().require_ability(Ability::KeptProfile)?;
        let driver = self.running.driver.id().context("the browser's driver has ended")?;
        processes::kill_browser(driver, self.home.profile_folder()).await?;
        // There is no session left to end, and nobody to end it.
        self.driver.clone().leak()?;
        self.running.end().await;
        Ok(())
    }

    /// The numbers of its processes, for who wants to know what they take of the machine.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn process_ids(&self) -> Result<Vec<u32>> {
        let driver = self.running.driver.id().context("the browser's driver has ended")?;
        Ok(processes::process_ids(driver, self.home.profile_folder()))
    }

    /// Opens it again after it was killed, with the profile that it had.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn reopen(&mut self) -> Result<()> {
        (self.running, self.driver) = start_browser(&self.environment, self.screen, &self.home).await?;
        Ok(())
    }

    /// Ends it. A process that does not end in time is killed.
    pub async fn close(mut self) {
        let has_ended = matches!(timeout(END, self.driver.quit()).await, Ok(Ok(())));
        if !has_ended && let Some(driver) = self.running.driver.id() {
            // Without its driver it would go on for ever.
            let _ = processes::kill_browser(driver, self.home.profile_folder()).await;
        }
        self.running.end().await;
    }

    /// Goes to `address`.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn visit(&self, address: &str) -> Result<()> {
        self.driver.goto(address).await?;
        self.engine().listen_for_errors(&self.driver).await
    }

    /// Loads the page again.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await?;
        self.engine().listen_for_errors(&self.driver).await
    }

    /// From here on looks into the frame that `css` finds, as the page in it does.
    ///
    /// # Errors
    ///
    /// When it does not exist.
    pub async fn enter_frame(&self, css: &str) -> Result<()> {
        let frame = self.find_by_script("return document.querySelector(arguments[0]);", vec![css.into()]).await?;
        Ok(frame.context("there is no such frame")?.enter_frame().await?)
    }

    /// Runs `script` on the page and gives what it returns.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn run_script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// The element that `script` returns, if it returns one.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn find_by_script(&self, script: &str, arguments: Vec<Value>) -> Result<Option<WebElement>> {
        let found = self.driver.execute(script, arguments).await?;
        if found.json().is_null() { Ok(None) } else { Ok(Some(found.element()?)) }
    }

    /// Presses `key`, wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn press_key(&self, key: Key) -> Result<()> {
        Ok(self.gesture().send_keys(key).perform().await?)
    }

    /// Types `text`, wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn type_text(&self, text: impl Into<TypingData>) -> Result<()> {
        Ok(self.gesture().send_keys(text).perform().await?)
    }

    /// Goes back to the control before, by the keyboard.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn press_back_tab(&self) -> Result<()> {
        Ok(self.gesture().key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift).perform().await?)
    }

    /// Clicks `element` twice, as fast as a mouse can.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn double_click(&self, element: &WebElement) -> Result<()> {
        Ok(self.gesture().double_click_element(element).perform().await?)
    }

    /// Presses the browser's own Back.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn go_back(&self) -> Result<()> {
        Ok(self.driver.back().await?)
    }

    /// Presses the browser's own Forward.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn go_forward(&self) -> Result<()> {
        Ok(self.driver.forward().await?)
    }

    /// Opens another tab and looks at it. Gives the tab that was looked at before.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn open_tab(&self) -> Result<WindowHandle> {
        let before = self.driver.window().await?;
        let tab = self.engine().open_tab(&self.driver).await?;
        self.driver.switch_to_window(tab).await?;
        Ok(before)
    }

    /// Looks at `tab`. Gives the tab that was looked at before.
    ///
    /// # Errors
    ///
    /// When it is closed.
    pub async fn switch_to_tab(&self, tab: &WindowHandle) -> Result<WindowHandle> {
        let before = self.driver.window().await?;
        self.driver.switch_to_window(tab.clone()).await?;
        Ok(before)
    }

    /// Closes the tab that is looked at, and looks at `next`.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn close_tab(&self, next: &WindowHandle) -> Result<()> {
        self.driver.close_window().await?;
        Ok(self.driver.switch_to_window(next.clone()).await?)
    }

    /// The files in which what pages have saved lies on the disk.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn data_saved_by_pages(&self) -> Result<Vec<Vec<u8>>> {
        let mut files = Vec::new();
        let mut folders = vec![self.engine().databases_folder(&self.home)?];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else {
                    files.push(fs::read(entry.path())?);
                }
            }
        }
        Ok(files)
    }

    /// Whether the page that is open would have the customer asked before it is left.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn would_ask_before_leaving(&self) -> Result<bool> {
        let script = "const leaving = new Event('beforeunload', { cancelable: true }); dispatchEvent(leaving); \
                      return leaving.defaultPrevented;";
        Ok(self.run_script(script, Vec::new()).await? == true)
    }

    /// The addresses of this page's requests that were answered and whose address holds `part`.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn answered_requests(&self, part: &str) -> Result<Vec<String>> {
        let script = "return performance.getEntriesByType('resource').map(entry => entry.name);";
        let names = self.run_script(script, Vec::new()).await?;
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        Ok(names.filter(|name| name.contains(part)).map(str::to_owned).collect())
    }

    /// The errors in the page's console since the last call.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        self.engine().console_errors(&self.driver).await
    }

    /// Makes the line so slow that a photo takes minutes.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn throttle_network(&self) -> Result<()> {
        self.engine().require_ability(Ability::NetworkConditions)?;
        chromium::throttle_network(&self.driver).await
    }

    /// Takes the line away, as a tunnel does.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn disconnect(&self) -> Result<()> {
        self.engine().require_ability(Ability::NetworkConditions)?;
        chromium::disconnect(&self.driver).await
    }

    /// Gives the line back.
    ///
    /// # Errors
    ///
    /// When the driver does not do it.
    pub async fn reconnect(&self) -> Result<()> {
        self.engine().require_ability(Ability::NetworkConditions)?;
        chromium::reconnect(&self.driver).await
    }

    /// Asks the browser by its own protocol: what it tells screen readers, what it is to tell a page of the device.
    ///
    /// # Errors
    ///
    /// When the browser does not know `method`.
    pub async fn send_devtools_command(&self, method: &str, parameters: Value) -> Result<Value> {
        self.engine().require_ability(Ability::OwnProtocol)?;
        chromium::send_devtools_command(&self.driver, method, parameters).await
    }

    /// The file called `name`, once it is downloaded.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn wait_for_download(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.home.download_folder().join(name);
        // Under its name only when it is whole: browsers download next to it.
        eventually(&format!("the download {name}"), || async {
            Ok(fs::read(&path).ok().filter(|file| !file.is_empty()))
        })
        .await
    }

    /// Saves a picture of what can be seen to `path`.
    ///
    /// # Errors
    ///
    /// When the driver gives none.
    pub async fn take_screenshot(&self, path: &Path) -> Result<()> {
        Ok(self.driver.screenshot(path).await?)
    }

    /// Saves what can be seen, and the page behind it, as `name` in `folder`; says where.
    pub(crate) async fn save_failure_files(&self, folder: &Path, name: &str) -> Vec<PathBuf> {
        let (picture, page) = (folder.join(format!("{name}.png")), folder.join(format!("{name}.html")));
        let mut left = Vec::new();
        if let Ok(Ok(())) = timeout(END, self.take_screenshot(&picture)).await {
            left.push(picture);
        }
        // With the shadow roots, without which there is not much to see.
        let script = "return document.documentElement.getHTML({ serializableShadowRoots: true, shadowRoots: \
                      [...document.querySelectorAll('*')].map(one => one.shadowRoot).filter(Boolean) });";
        if let Ok(Ok(Value::String(html))) = timeout(END, self.run_script(script, Vec::new())).await
            && fs::write(&page, html).is_ok()
        {
            left.push(page);
        }
        left
    }

    fn engine(&self) -> Engine {
        self.environment.engine
    }

    fn gesture(&self) -> ActionChain {
        self.driver.action_chain()
    }
}
