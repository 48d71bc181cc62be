//! Writes all files into the given folder, with the right outcomes in `right.txt`, for a look in a browser that no test drives.
//!
//! `cargo run --package damage-report-photo-corpus --example write -- FOLDER`

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    let mut right = String::new();
    for (number, sample) in damage_report_photo_corpus::all().iter().enumerate() {
        fs::write(folder.join(format!("{number:03}")), &sample.bytes)?;
        right += &format!("{number:03}\t{:?}\t{}\n", sample.right, sample.name);
    }
    fs::write(folder.join("right.txt"), right)?;
    Ok(())
}
