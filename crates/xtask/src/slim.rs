//! What Trunk built, without what only takes room: the wasm and its JS glue tell each other the names of some 220 imports,
//! each with a hash in it, which no compression makes smaller; here they become numbers. The comments, indents and empty
//! lines of the glue and of the style sheet go too. It saves some 6.5 KB of brotli.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::split::LATER;

/// Where the wasm says what it imports.
const IMPORTS: u8 = 2;
/// A function among the imports.
const FUNCTION: u8 = 0;
/// Where it says what it exports.
const EXPORTS: u8 = 7;
/// How the long names of exports begin: what calls a closure, by all of its types.
const CLOSURES: &str = "wasm_bindgen_";
/// What the wasm calls the glue from here on.
const GLUE: &str = "i";

/// Makes the site in `dist` slim.
pub(crate) fn site(dist: &Path) -> Result<()> {
    let (js, wasm, css) = (only(dist, "js")?, only(dist, "wasm")?, only(dist, "css")?);
    let (mut glue, names) = glue(&fs::read_to_string(&js)?)?;
    let module = module(&fs::read(&wasm)?, Some(&names))?;
    for name in closures(&glue) {
        glue = glue.replace(&format!("wasm.{name}("), &format!("wasm.{}(", short(&name)));
    }
    let sheet = sheet(&fs::read_to_string(&css)?);
    // Files have a hash in their names so that none is taken for another that was there before: this is another now.
    let mut hasher = DefaultHasher::new();
    let later = dist.join(LATER);
    let part = if later.exists() { self::module(&fs::read(&later)?, None)? } else { Vec::new() };
    (&glue, &module, &sheet, &part).hash(&mut hasher);
    if later.exists() {
        let new = format!("later/tutti-{:016x}.wasm", hasher.finish());
        glue = glue.replace(LATER, &new);
        fs::write(dist.join(new), part)?;
        fs::remove_file(later)?;
    }
    let index = dist.join("index.html");
    let mut html = fs::read_to_string(&index)?;
    for (old, bytes) in [(js, glue.as_bytes()), (wasm, &module), (css, sheet.as_bytes())] {
        let extension = old.extension().unwrap_or_default().to_string_lossy();
        let new = format!("tutti-{:016x}.{extension}", hasher.finish());
        let old_name = old.file_name().unwrap_or_default().to_string_lossy();
        html = html.replace(&*old_name, &new);
        fs::write(dist.join(&new), bytes)?;
        fs::remove_file(&old)?;
    }
    Ok(fs::write(index, html)?)
}

pub(crate) fn only(dist: &Path, extension: &str) -> Result<PathBuf> {
    let files = fs::read_dir(dist)?.filter_map(|entry| Some(entry.ok()?.path()));
    let found: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    ensure!(found.len() == 1, "there should be one .{extension} in {}, not {}", dist.display(), found.len());
    Ok(found.into_iter().next().unwrap_or_default())
}

/// The glue with a list in place of its table of functions, and the number of each of them.
fn glue(js: &str) -> Result<(String, HashMap<String, usize>)> {
    let mut names = HashMap::new();
    let mut slim = String::new();
    let mut listing = false;
    for line in js.lines() {
        let bare = line.trim();
        let line = match bare {
            "const import0 = {" => {
                listing = true;
                "const import0 = ["
            }
            "__proto__: null," if listing => continue,
            _ if listing && line == "    };" => {
                listing = false;
                "];"
            }
            _ if bare.is_empty() || bare.starts_with("//") => continue,
            _ => match bare.split_once(": function(") {
                Some((name, _)) if listing && line.starts_with("        __wb") => {
                    names.insert(name.to_owned(), names.len());
                    &bare[name.len() + 2..]
                }
                _ => bare,
            },
        };
        slim.push_str(line);
        slim.push('\n');
    }
    let end = slim.find("_bg.js\": import0").context("the glue does not say what it gives to the wasm")?;
    let start = slim[..end].rfind('"').context("the glue does not say what it gives to the wasm")?;
    slim.replace_range(start..end + "_bg.js\"".len(), GLUE);
    Ok((slim, names))
}

/// The style sheet without comments and needless space. It has no space of consequence in its strings.
fn sheet(css: &str) -> String {
    let mut slim = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        slim.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    slim.push_str(rest);
    let mut slim = slim.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    for (roomy, tight) in
        [(" {", "{"), ("{ ", "{"), (" }", "}"), ("} ", "}"), ("; ", ";"), (";}", "}"), (", ", ","), (": ", ":")]
    {
        slim = slim.replace(roomy, tight);
    }
    slim
}

/// The wasm, with numbers for the names of its imports from the glue, if it has any, and with nothing about how it was made.
fn module(wasm: &[u8], names: Option<&HashMap<String, usize>>) -> Result<Vec<u8>> {
    let mut slim = wasm.get(..8).context("that is no wasm")?.to_vec();
    let mut rest = &wasm[8..];
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let section = counted(&mut rest)?;
        let section = match (id, names) {
            // Custom sections: names, and what tools have to say.
            (0, _) => continue,
            (IMPORTS, Some(names)) => imports(section, names)?,
            (EXPORTS, Some(_)) => exports(section)?,
            _ => section.to_vec(),
        };
        slim.push(id);
        put(&mut slim, &section);
    }
    Ok(slim)
}

fn imports(mut section: &[u8], names: &HashMap<String, usize>) -> Result<Vec<u8>> {
    let count = number(&mut section)?;
    let mut slim = Vec::new();
    put_number(&mut slim, count);
    for _ in 0..count {
        let from = counted(&mut section)?;
        let name = std::str::from_utf8(counted(&mut section)?)?;
        // Of what does not come from the glue's table there is little.
        let of_glue = from.ends_with(b"_bg.js");
        let at = names.get(name).map(usize::to_string);
        ensure!(at.is_some() || !of_glue, "the glue has no {name}");
        put(&mut slim, if of_glue { GLUE.as_bytes() } else { from });
        put(&mut slim, at.as_deref().unwrap_or(name).as_bytes());
        let (&kind, after) = section.split_first().context("the wasm ends too early")?;
        ensure!(kind == FUNCTION, "{name} is no function");
        section = after;
        slim.push(kind);
        put_number(&mut slim, number(&mut section)?);
    }
    Ok(slim)
}

/// The exports that the glue calls closures by.
fn closures(glue: &str) -> Vec<String> {
    let calls = glue.split("wasm.").skip(1);
    let names = calls.filter_map(|call| call.split_once('(').map(|(name, _)| name));
    names.filter(|name| name.starts_with(CLOSURES)).map(str::to_owned).collect()
}

/// A name that is as good and shorter: what nothing else is called by.
fn short(name: &str) -> String {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("c{:06x}", hasher.finish() & 0xff_ffff)
}

fn exports(mut section: &[u8]) -> Result<Vec<u8>> {
    let count = number(&mut section)?;
    let mut slim = Vec::new();
    put_number(&mut slim, count);
    for _ in 0..count {
        let name = std::str::from_utf8(counted(&mut section)?)?;
        let name = if name.starts_with(CLOSURES) { short(name) } else { name.to_owned() };
        put(&mut slim, name.as_bytes());
        let (&kind, after) = section.split_first().context("the wasm ends too early")?;
        section = after;
        slim.push(kind);
        put_number(&mut slim, number(&mut section)?);
    }
    Ok(slim)
}

/// Takes a number in LEB128.
fn number(bytes: &mut &[u8]) -> Result<usize> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let (&byte, after) = bytes.split_first().context("the wasm ends too early")?;
        *bytes = after;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    anyhow::bail!("the wasm has a number that is too long")
}

/// Takes as many bytes as a number before them says.
fn counted<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8]> {
    let count = number(bytes)?;
    let (taken, after) = bytes.split_at_checked(count).context("the wasm ends too early")?;
    *bytes = after;
    Ok(taken)
}

fn put_number(to: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

fn put(to: &mut Vec<u8>, bytes: &[u8]) {
    put_number(to, bytes.len());
    to.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_keeps_what_it_says() {
        let css = "/* All. */\n.a .b, .c:not(.d) {\n  margin: 0 auto; /* why */\n  grid:\n    \"x y\" 1fr;\n}\n@media (a: b) { i { c: calc(1px + 2px); } }\n";
        let slim = ".a .b,.c:not(.d){margin:0 auto;grid:\"x y\" 1fr}@media (a:b){i{c:calc(1px + 2px)}}";
        assert_eq!(sheet(css), slim);
    }

    #[test]
    fn the_glue_and_the_wasm_agree_by_number() {
        let js = "function f() {\n    const import0 = {\n        __proto__: null,\n        __wbg_a_12: function(arg0) {\n            \
                  // what\n            g();\n        },\n        __wbg_b_34: function() { return h(function () {\n        }, arguments); },\n    \
                  };\n    return {\n        \"./x_bg.js\": import0,\n    };\n}\n";
        let (slim, names) = glue(js).unwrap();
        let want = "function f() {\nconst import0 = [\nfunction(arg0) {\ng();\n},\nfunction() { return h(function () {\n}, \
                    arguments); },\n];\nreturn {\ni: import0,\n};\n}\n";
        assert_eq!(slim, want);

        let mut section = vec![2];
        for (name, kind) in [("__wbg_b_34", 3), ("__wbg_a_12", 200)] {
            put(&mut section, b"./x_bg.js");
            put(&mut section, name.as_bytes());
            section.push(FUNCTION);
            put_number(&mut section, kind);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        for (id, section) in [(0, &b"\x04name"[..]), (IMPORTS, &section), (3, b"\x01\x00")] {
            wasm.push(id);
            put(&mut wasm, section);
        }
        let slim = module(&wasm, Some(&names)).unwrap();
        assert_eq!(&slim[8..], b"\x02\x0e\x02\x01i\x011\x00\x03\x01i\x010\x00\xc8\x01\x03\x02\x01\x00");
        assert!(module(&wasm, Some(&HashMap::new())).is_err());
    }

    #[test]
    fn closures_are_called_by_shorter_names() {
        let js = "wasm.wasm_bindgen_12__invoke(arg0);\nwasm.memory\nwasm.__wbindgen_free(arg0)";
        let names = closures(js);
        assert_eq!(names, ["wasm_bindgen_12__invoke"]);
        let mut section = vec![2];
        for name in ["memory", &names[0]] {
            put(&mut section, name.as_bytes());
            section.extend([FUNCTION, 5]);
        }
        let slim = exports(&section).unwrap();
        assert_eq!(&slim[..10], b"\x02\x06memory\x00\x05");
        assert_eq!(&slim[11..18], short(&names[0]).as_bytes());
    }
}
