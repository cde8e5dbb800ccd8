//! The folder of tools that the project installed: outside the checkout, so that a fresh clone need not pay again.
//!
//! Each tool has a folder named after it and its version. It is filled under `staging/` and renamed into place when
//! it is whole, so what an interrupted set-up leaves behind is never taken for a tool. One set-up works at a time.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::say;

/// The cache folder.
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    pub(crate) fn open() -> Result<Self> {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = set("TUTTI_CACHE")
            .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("tutti")))
            .or_else(|| env::home_dir().map(|dir| dir.join(".cache/tutti")))
            .context("no home folder to keep tools in: set TUTTI_CACHE")?;
        fs::create_dir_all(&root).with_context(|| format!("creating {}", root.display()))?;
        Ok(Self { root: fs::canonicalize(root)? })
    }

    /// Where an entry is, once it is whole.
    pub(crate) fn place(&self, entry: &str) -> PathBuf {
        self.root.join(entry)
    }

    /// Scratch room that outlives an interrupted set-up, so that the next one goes on where it stopped.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }

    /// Returns the folder of `entry`, filling it with `fill` when it is not there. `fill` gets a new, empty folder.
    pub(crate) fn entry(&self, entry: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let place = self.place(entry);
        if place.exists() {
            return Ok(place);
        }
        let _lock = self.lock()?;
        if place.exists() {
            return Ok(place);
        }
        let staging = self.root.join("staging").join(entry);
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        fs::create_dir_all(&staging)?;
        fill(&staging)?;
        fs::rename(&staging, &place).with_context(|| format!("moving {entry} into place"))?;
        Ok(place)
    }

    /// Forgets what the installs needed only while they ran.
    pub(crate) fn tidy(&self) -> Result<()> {
        let scratch = self.scratch();
        if scratch.exists() {
            let _lock = self.lock()?;
            fs::remove_dir_all(scratch)?;
        }
        Ok(())
    }

    fn lock(&self) -> Result<File> {
        let file = File::create(self.root.join("lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say::step("Waiting for another set-up to finish");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(file)
    }
}
