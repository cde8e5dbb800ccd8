//! One small story, in every format, to the letter.

use tutti_core::base::Time;
use tutti_export::{Format, Wanted, record};

use super::preset;

/// The text with a line for each object of a list, for whoever reads the difference.
fn lines(format: Format) -> String {
    let scenario = preset("leader-crash");
    let trace = record(&scenario, Vec::new(), Time(1_000_000), Wanted::Only("1#2".into()));
    format.write(&trace).replace("},{", "},\n{").replace("[{", "[\n{")
}

#[test]
fn otlp() {
    insta::assert_snapshot!(lines(Format::Otlp));
}

#[test]
fn jaeger() {
    insta::assert_snapshot!(lines(Format::Jaeger));
}

#[test]
fn zipkin() {
    insta::assert_snapshot!(lines(Format::Zipkin));
}

#[test]
fn perfetto() {
    insta::assert_snapshot!(lines(Format::Perfetto));
}

#[test]
fn mermaid() {
    insta::assert_snapshot!(lines(Format::Mermaid));
}
