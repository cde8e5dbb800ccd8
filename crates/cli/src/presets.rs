//! `tutti presets`.

use lexopt::prelude::*;
use tutti_core::scenario::presets;

use super::output::Output;
use super::table::Table;
use super::{Bad, Ending, help, nearest};

pub(crate) fn start(mut args: lexopt::Parser, output: &mut Output) -> Result<Ending, Bad> {
    let (mut long, mut show) = (false, None);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return help::print(output, help::PRESETS),
            Long("long") => long = true,
            Long("show") => show = Some(args.value()?),
            other => return Err(Bad::hint(other.unexpected(), "`tutti presets --help` lists the options")),
        }
    }
    if let Some(name) = show {
        let name = name.to_string_lossy();
        let json = presets::json(&name).ok_or_else(|| {
            let question = nearest::question(&name, presets::names());
            Bad::hint(format_args!("there is no preset `{name}`{question}"), "`tutti presets` lists them")
        })?;
        output.text(json);
    } else if long {
        let mut table = Table::default();
        for scenario in presets::names().filter_map(presets::get) {
            table.row(vec![scenario.name.to_string(), scenario.summary.to_string()]);
        }
        table.lines().for_each(|line| output.line(format_args!("{line}")));
    } else {
        presets::names().for_each(|name| output.line(format_args!("{name}")));
    }
    Ok(Ending::Held)
}
