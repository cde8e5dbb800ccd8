//! The site in two: what is loaded at once, and what a reader needs only once they do something (`crates/web/src/later`).
//!
//! wasm-split takes a module apart where the page says so, by the relocations that the linker leaves in it, and has to do
//! it before wasm-bindgen; Trunk calls wasm-bindgen right after cargo. So Trunk is given another wasm-bindgen, which is
//! this program under that name: it has the module taken apart, passes what is loaded at once on to the true one, and puts
//! the other part aside, until Trunk is done.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cache::Cache;
use crate::setup::Kit;
use crate::tools::cargo_tool;
use crate::{cmd, project, say, slim};

/// The name under which this program stands in for wasm-bindgen.
const STAND_IN: &str = "wasm-bindgen";
/// Tells it where the true one is.
const TRUE_ONE: &str = "TUTTI_WASM_BINDGEN";
/// Tells it where to put the part that is loaded later.
const ASIDE: &str = "TUTTI_SPLIT";
/// What makes the page say where, and the linker keep its relocations.
pub(crate) const FLAGS: &str = "--cfg split -Clink-arg=--emit-relocs";
/// Where the part is in the site, for now: in the end it has a hash in its name.
pub(crate) const LATER: &str = "later/tutti.wasm";
/// What wasm-split calls the part.
const PART: &str = "split_later.wasm";
/// What the glue says of how it is loaded.
const IMPORT: &str = "import * as import1 from \"./__wasm_split.js\"";

/// What it takes to have the site built in two.
pub(crate) struct Split {
    /// In front of PATH.
    pub(crate) dirs: Vec<PathBuf>,
    pub(crate) vars: Vec<(&'static str, OsString)>,
    pub(crate) aside: PathBuf,
}

/// Finds it, or says why the site is to be in one piece.
pub(crate) fn ensure(cache: &Cache, wasm_bindgen: &Path) -> Option<Split> {
    match prepare(cache, wasm_bindgen) {
        Ok(split) => Some(split),
        Err(why) => {
            say::note(format!("the site: in one piece, some 80 KB more at once ({why:#})"));
            None
        }
    }
}

fn prepare(cache: &Cache, wasm_bindgen: &Path) -> Result<Split> {
    let tool = cargo_tool::wasm_split().ensure(cache)?;
    let folder = project::target()?.join("split");
    let programs = folder.join("bin");
    fs::create_dir_all(&programs)?;
    let program = |dir: &Path| dir.join(STAND_IN).with_extension(env::consts::EXE_EXTENSION);
    fs::copy(env::current_exe()?, program(&programs)).context("making a stand-in for wasm-bindgen")?;
    let aside = folder.join("aside");
    let vars = vec![(TRUE_ONE, program(wasm_bindgen).into()), (ASIDE, aside.clone().into())];
    Ok(Split { dirs: vec![programs, tool], vars, aside })
}

/// Whether this process was called as wasm-bindgen.
pub(crate) fn stands_in() -> bool {
    env::var_os(TRUE_ONE).is_some() && env::current_exe().is_ok_and(|exe| exe.file_stem() == Some(STAND_IN.as_ref()))
}

/// Does what Trunk wants of wasm-bindgen, with what is loaded at once.
pub(crate) fn stand_in() -> Result<()> {
    let mut args: Vec<OsString> = env::args_os().skip(1).collect();
    let module = args.iter_mut().find(|arg| Path::new(arg).extension().is_some_and(|e| e == "wasm"));
    if let Some(module) = module {
        let aside = PathBuf::from(env::var_os(ASIDE).context("nobody said where to put what is loaded later")?);
        let stem = Path::new(module).file_stem().context("that module has no name")?.to_owned();
        if aside.exists() {
            fs::remove_dir_all(&aside)?;
        }
        cmd::run(Command::new("wasm-split-cli").arg(&*module).arg(&aside).arg("--out-name").arg(&stem))?;
        ensure!(aside.join(PART).is_file(), "the page names nothing that is loaded later");
        *module = aside.join(stem).with_extension("wasm").into();
        // The other part is linked to them.
        args.push("--keep-lld-exports".into());
    }
    let program = env::var_os(TRUE_ONE).context("nobody said where wasm-bindgen is")?;
    let status = Command::new(program).args(args).status()?;
    ensure!(status.success(), "wasm-bindgen failed ({status})");
    Ok(())
}

/// Puts the part that is loaded later into the site as [`LATER`], and the way to load it into the glue.
pub(crate) fn join(kit: &Kit, aside: &Path, dist: &Path) -> Result<()> {
    let part = dist.join(LATER);
    fs::create_dir_all(part.parent().unwrap_or(dist))?;
    let mut optimise = kit.command("wasm-opt");
    optimise.args(options()?).arg(aside.join(PART)).arg("-o").arg(&part);
    cmd::run(&mut optimise)?;
    let script = fs::read_to_string(aside.join("__wasm_split.js"))?;
    let shared = script.split_once("const { ").and_then(|(_, after)| after.split_once("} = initSync"));
    let (shared, _) = shared.context("wasm-split does not say what the parts share")?;
    let glue = slim::only(dist, "js")?;
    let js = fs::read_to_string(&glue)?;
    let way = "\"./__wasm_split.js\": import1";
    ensure!(js.contains(IMPORT) && js.contains(way), "the glue does not say how the other part is loaded");
    let js = js.replace(IMPORT, "").replace(way, &format!("\"./__wasm_split.js\": {{\n{}}}", loader(shared)));
    Ok(fs::write(glue, js)?)
}

/// A method of the glue that loads the other part, and tells the page whether it could. It may be called again.
fn loader(shared: &str) -> String {
    format!(
        "async __wasm_split_load_later(told, who) {{\n\
         let there = true;\n\
         const {{ {shared} }} = wasm;\n\
         try {{\n\
         const part = await fetch(new URL(\"{LATER}\", import.meta.url));\n\
         await WebAssembly.instantiate(await part.arrayBuffer(), {{ __wasm_split: {{ {shared} }} }});\n\
         }} catch (e) {{\n\
         there = false;\n\
         console.error(e);\n\
         }}\n\
         __indirect_function_table.get(told)(who, there);\n\
         }}"
    )
}

/// How Trunk has wasm-opt work on what is loaded at once.
fn options() -> Result<Vec<String>> {
    let html = fs::read_to_string(project::root().join("index.html"))?;
    let value = |name: &str| {
        let (_, after) = html.split_once(&format!("{name}=\"")).with_context(|| format!("index.html has no {name}"))?;
        after.split_once('"').map(|(value, _)| value.to_owned()).with_context(|| format!("{name} does not end"))
    };
    let level = format!("-O{}", value("data-wasm-opt")?);
    let further = value("data-wasm-opt-params")?;
    Ok([level].into_iter().chain(further.split_ascii_whitespace().map(str::to_owned)).collect())
}
