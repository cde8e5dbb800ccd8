//! The program as a person or a script meets it: what it prints and where, and how it ends.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn tutti(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tutti")).args(args).stdin(Stdio::null()).output().expect("the program runs")
}

fn fed(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tutti"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).expect("one JSON object")
}

fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()))
}

/// Exit code 2, nothing on standard output, and these words on standard error.
fn refuses(output: &Output, words: &[&str]) {
    assert_eq!(output.status.code(), Some(2), "{}", err(output));
    assert_eq!(out(output), "");
    let said = err(output);
    assert!(said.starts_with("tutti: ") && said.ends_with('\n'), "{said}");
    assert!(words.iter().all(|word| said.contains(word)), "{said}");
}

#[test]
fn every_command_has_help() {
    for args in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["help", "run"],
        &["run", "--help"],
        &["help", "trace"],
        &["trace", "--help"],
        &["sweep", "--help"],
        &["presets", "-h"],
        &["bench", "--help"],
    ] {
        let output = tutti(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(out(&output).contains("Usage: tutti"), "{args:?}");
        assert_eq!(err(&output), "");
    }
    assert!(out(&tutti(&["--version"])).starts_with("tutti "));
}

#[test]
fn bad_arguments_are_refused_with_what_may_have_been_meant() {
    refuses(&tutti(&[]), &["run, trace, sweep, presets, bench"]);
    refuses(&tutti(&["rnu"]), &["`rnu`", "did you mean `run`?"]);
    refuses(&tutti(&["run"]), &["tutti run leader-crash"]);
    refuses(&tutti(&["run", "leader-crsh"]), &["`leader-crsh`", "did you mean `leader-crash`?", "tutti presets"]);
    refuses(&tutti(&["run", "no/such.json"]), &["no/such.json"]);
    refuses(&tutti(&["run", "leader-crash", "--sede", "1"]), &["--sede"]);
    refuses(&tutti(&["run", "leader-crash", "--seed", "x"]), &["--seed x", "not a whole number"]);
    refuses(&tutti(&["run", "leader-crash", "--until", "30"]), &["--until 30", "unit", "30s"]);
    refuses(&tutti(&["run", "leader-crash", "split-vote"]), &["split-vote"]);
    refuses(&tutti(&["run", "leader-crash", "--json", "--trace", "-"]), &["--json"]);
    refuses(&tutti(&["trcae"]), &["`trcae`", "did you mean `trace`?"]);
    refuses(&tutti(&["trace"]), &["tutti trace leader-crash"]);
    refuses(&tutti(&["trace", "leader-crash"]), &["which format", "otlp, jaeger, zipkin, perfetto, mermaid"]);
    refuses(
        &tutti(&["trace", "leader-crash", "--format", "zipkn"]),
        &["--format zipkn", "did you mean `zipkin`?", "otlp, jaeger, zipkin, perfetto, mermaid"],
    );
    refuses(&tutti(&["trace", "leader-crsh", "--format", "otlp"]), &["did you mean `leader-crash`?"]);
    refuses(&tutti(&["trace", "leader-crash", "--formt", "otlp"]), &["--formt", "tutti trace --help"]);
    refuses(&tutti(&["trace", "leader-crash", "figure-8", "--format", "otlp"]), &["figure-8"]);
    refuses(&tutti(&["trace", "leader-crash", "--format", "otlp", "--out", "no/such/file"]), &["no/such/file"]);
    refuses(&tutti(&["sweep", "--seeds", "0"]), &["--seeds 0"]);
    refuses(
        &tutti(&["sweep", "--defect", "vote-forgotten-on-restrat"]),
        &["did you mean `vote-forgotten-on-restart`?"],
    );
    refuses(&tutti(&["sweep", "--from", "18446744073709551615", "--seeds", "2"]), &["--from"]);
    refuses(&tutti(&["presets", "--show", "figure-9"]), &["did you mean `figure-8`?"]);
    refuses(&tutti(&["bench", "more"]), &["more"]);
}

#[test]
fn bad_scenarios_are_refused_with_the_path_and_the_reason() {
    refuses(&fed(&["run", "-"], "{\"cluster\": {\"servers\": 99}}"), &["standard input", "cluster.servers: 99", "9"]);
    refuses(&fed(&["run", "-"], "{\"sedd\": 1}"), &["sedd"]);
    refuses(&fed(&["run", "-"], "not json"), &["standard input"]);
    refuses(&fed(&["run", "-"], ""), &["standard input"]);
    let path = scratch("bad.json");
    std::fs::write(&path, [0xff, 0xfe]).expect("room");
    refuses(&tutti(&["run", path.to_str().expect("text")]), &["bad.json", "not a text"]);
    std::fs::write(&path, vec![b' '; 300 * 1024]).expect("room");
    refuses(&tutti(&["run", path.to_str().expect("text")]), &["bad.json", "too long"]);
    refuses(&tutti(&["run", env!("CARGO_TARGET_TMPDIR")]), &["cannot read"]);
    let link = format!("https://example.org/tutti/#tt{}", "A".repeat(60));
    refuses(&tutti(&["run", &link]), &["link"]);
    refuses(
        &tutti(&["run", "ttGARBAGE"]),
        &["the link cannot be followed", "some of it is missing", "only as a whole"],
    );
    refuses(&fed(&["run", "-"], "ttGARBAGE\n"), &["standard input", "link", "some of it is missing"]);
}

#[test]
fn presets_are_a_name_a_line_and_each_can_be_shown() {
    let listed = out(&tutti(&["presets"]));
    let names: Vec<&str> = listed.lines().collect();
    assert!(names.len() >= 8, "{names:?}");
    assert!(names.contains(&"leader-crash") && names.contains(&"figure-8"));
    let shown = out(&tutti(&["presets", "--show", names[0]]));
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(shown["name"], names[0]);
    assert_eq!(out(&tutti(&["presets", "--long"])).lines().count(), names.len());
}

#[test]
fn a_run_says_how_it_ended_in_json() {
    let output = tutti(&["run", "leader-crash", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(err(&output), "");
    let report = json(&output);
    assert!(report["time_us"].as_u64() > Some(0));
    assert!(report["messages_delivered"].as_u64() > Some(0));
    let hash = report["trace_hash"].as_str().expect("a text");
    assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    let invariants = report["invariants"].as_object().expect("an object");
    assert_eq!(invariants.len(), 8);
    assert!(invariants.values().all(|value| value == "held"), "{invariants:?}");
    let nodes = report["nodes"].as_array().expect("a list");
    assert!(nodes.iter().any(|node| node["role"] == "leader"));
    for node in nodes {
        assert!(
            node["id"].is_u64() && node["name"].is_string() && node["alive"].is_boolean() && node["role"].is_string()
        );
        assert!(node["term"].is_u64() && node["commit_index"].is_u64() && node["log_length"].is_u64());
    }
    for claim in report["expectations"].as_array().expect("a list") {
        assert_eq!(claim["held"], true);
        assert!(claim["what"].is_string() && claim["why"].is_string());
    }
}

#[test]
fn the_same_run_has_the_same_trace_and_another_seed_another() {
    let hash = |args: &[&str]| json(&tutti(args))["trace_hash"].clone();
    let first = hash(&["run", "quiet-election", "--json"]);
    assert_eq!(first, hash(&["run", "quiet-election", "--json"]));
    assert_ne!(first, hash(&["run", "quiet-election", "--json", "--seed", "99"]));
}

#[test]
fn a_run_ends_when_it_is_told_to() {
    let report = json(&tutti(&["run", "leader-crash", "--until", "1500ms", "--json"]));
    assert_eq!(report["time_us"], 1_500_000);
}

#[test]
fn a_claim_about_what_was_not_played_is_neither_held_nor_broken() {
    let output = tutti(&["run", "leader-crash", "--until", "1s", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let claims = json(&output)["expectations"].clone();
    assert!(claims.as_array().is_some_and(|claims| claims.iter().any(|claim| claim["held"].is_null())), "{claims}");
    assert!(out(&tutti(&["run", "leader-crash", "--until", "1s"])).contains("not reached"));
}

#[test]
fn a_claim_that_does_not_hold_is_exit_code_1_and_is_said() {
    let scenario = "{\"duration\": \"2s\", \"expect\": [{\"elections\": {\"at_least\": 9}}]}";
    let output = fed(&["run", "-", "--json"], scenario);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert_eq!(json(&output)["expectations"][0]["held"], false);
    let output = fed(&["run", "-"], scenario);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("DID NOT HOLD"), "{}", out(&output));
}

#[test]
fn a_violated_check_is_exit_code_1_and_is_named() {
    let figure_8 = out(&tutti(&["presets", "--show", "figure-8"]));
    let mut scenario: Value = serde_json::from_str(&figure_8).expect("JSON");
    scenario["cluster"]["defects"] = serde_json::json!(["old-term-committed-by-counting"]);
    scenario["expect"] = serde_json::json!([]);
    let path = scratch("figure-8.json");
    std::fs::write(&path, scenario.to_string()).expect("room");
    let output = tutti(&["run", path.to_str().expect("text"), "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let report = json(&output);
    assert_eq!(report["invariants"]["leader_completeness"], "violated");
    assert!(report["violations"][0]["what"].is_string());
}

#[test]
fn the_trace_is_a_line_of_json_an_event() {
    let path = scratch("trace.jsonl");
    let output = tutti(&["run", "leader-crash", "--json", "--trace", path.to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = std::fs::read_to_string(&path).expect("the trace");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(events.len() as u64, json(&output)["events"].as_u64().expect("a number"));
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["id"], number as u64 + 1);
        assert!(event["time_us"].is_u64() && event["kind"].is_string());
        assert!(event["cause"].is_null() || event["cause"].as_u64() < event["id"].as_u64());
    }
    for kind in ["booted", "sent", "delivered", "timed_out", "synced", "noted", "commanded", "crashed"] {
        assert!(events.iter().any(|event| event["kind"] == kind), "{kind}");
    }
    let delivered = events.iter().find(|event| event["kind"] == "delivered").expect("one");
    assert!(delivered["from"].is_string() && delivered["to"].is_string() && delivered["carries"]["kind"].is_string());
    let piped = tutti(&["run", "leader-crash", "--trace", "-"]);
    assert_eq!(out(&piped), text);
    assert!(err(&piped).contains("All held."));
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tutti"))
        .args(["run", "lossy-network", "--trace", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut some = [0; 100];
    child.stdout.take().expect("piped").read_exact(&mut some).expect("a line");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}

#[test]
fn a_run_is_written_in_every_format() {
    let formats = [
        ("otlp", "{\"resourceSpans\":["),
        ("jaeger", "{\"data\":["),
        ("zipkin", "[{\"traceId\":"),
        ("perfetto", "{\"traceEvents\":["),
        ("mermaid", "sequenceDiagram\n"),
    ];
    for (format, begins) in formats {
        let args = ["trace", "leader-crash", "--until", "2100ms", "--format", format];
        let output = tutti(&args);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert_eq!(err(&output), "");
        let text = out(&output);
        assert!(text.starts_with(begins), "{format}: {}", text.chars().take(80).collect::<String>());
        assert!(format == "mermaid" || serde_json::from_str::<Value>(&text).is_ok());
        let path = scratch(format);
        let filed = tutti(&[&args[..], &["--out", path.to_str().expect("text")]].concat());
        assert_eq!((filed.status.code(), out(&filed)), (Some(0), String::new()), "{}", err(&filed));
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), text, "the same run, the same bytes");
        assert_ne!(out(&tutti(&[&args[..], &["--seed", "9"]].concat())), text);
    }
}

#[test]
fn one_story_is_written_alone_and_one_that_is_not_there_is_refused() {
    let args = ["trace", "leader-crash", "--until", "1s", "--format", "jaeger", "--story"];
    let one = json(&tutti(&[&args[..], &["1#2"]].concat()));
    assert_eq!(one["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["data"][0]["spans"][0]["operationName"], "write z = 2");
    let election = json(&tutti(&[&args[..], &["election-1"]].concat()));
    assert_eq!(election["data"][0]["spans"][0]["operationName"], "A campaigns");
    refuses(&tutti(&[&args[..], &["electoin-1"]].concat()), &["electoin-1", "did you mean `election-1`?", "1#1, 1#2"]);
    let nothing = ["trace", "quiet-election", "--until", "1ms", "--format", "zipkin", "--story", "x"];
    refuses(&tutti(&nothing), &["nothing happens"]);
}

#[test]
fn an_order_is_a_story_and_one_that_is_not_there_is_refused() {
    let shop = r#"{"duration": "3s", "cluster": {"servers": 3}, "shop": {"customers": {"rate": 3}}}"#;
    let trace = |more: &[&str]| fed(&[&["trace", "-", "--format", "jaeger"], more].concat(), shop);
    let one = trace(&["--order", "1"]);
    assert_eq!(json(&one)["data"][0]["spans"][0]["operationName"], "order 1", "{}", err(&one));
    assert_eq!(out(&one), out(&trace(&["--story", "order-1"])), "another way to say it");
    refuses(&trace(&["--order", "4000"]), &["--order 4000", "no such order", "from 0 to "]);
    refuses(&trace(&["--order", "1", "--until", "1ms"]), &["no order is placed", "--until"]);
    refuses(&trace(&["--order", "1", "--story", "order-1"]), &["one story at a time"]);
    refuses(&trace(&["--order", "first"]), &["--order"]);
    refuses(&tutti(&["trace", "leader-crash", "--format", "jaeger", "--order", "1"]), &["nobody orders anything"]);
}

#[test]
fn a_scenario_and_a_link_can_be_written_too() {
    let scenario = "{\"duration\": \"1s\", \"load\": {\"clients\": 1, \"rate\": 20}}";
    let output = fed(&["trace", "-", "--format", "zipkin"], scenario);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(json(&output).as_array().is_some_and(|spans| !spans.is_empty()));
    let report = json(&fed(&["run", "-", "--json"], scenario));
    let link = report["link"].as_str().expect("a link");
    assert_eq!(out(&tutti(&["trace", link, "--format", "zipkin"])), out(&output));
}

#[test]
fn what_there_is_no_room_for_is_said_beside_the_file() {
    let scenario = "{\"duration\": \"6s\", \"load\": {\"clients\": 4, \"rate\": 3000}}";
    let output = fed(&["trace", "-", "--format", "mermaid"], scenario);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(err(&output).contains("no room") && err(&output).contains("--story"), "{}", err(&output));
}

#[test]
fn a_reader_of_a_trace_who_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tutti"))
        .args(["trace", "lossy-network", "--format", "jaeger"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut some = [0; 100];
    child.stdout.take().expect("piped").read_exact(&mut some).expect("some");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}

#[test]
fn a_sweep_finds_nothing_and_says_what_it_did() {
    let output = tutti(&["sweep", "--seeds", "6", "--jobs", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let said = out(&output);
    assert!(said.contains("No seed failed.") && said.contains("one-way cuts"), "{said}");
    assert!(!said.contains('\u{1b}') && !err(&output).contains('\u{1b}'));
}

#[test]
fn few_seeds_need_not_meet_everything() {
    let output = tutti(&["sweep", "--seeds", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("too few seeds (1)"), "{}", out(&output));
}

#[test]
fn a_sweep_does_not_depend_on_the_number_of_jobs() {
    let report = |jobs| json(&tutti(&["sweep", "--seeds", "12", "--json", "--jobs", jobs]));
    assert_eq!(report("1"), report("3"));
}

#[test]
fn a_failing_seed_is_exit_code_1_and_its_link_replays_it() {
    let args = ["sweep", "--seeds", "20", "--defect", "vote-without-log-check"];
    let output = tutti(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("again: tutti sweep --from"), "{}", out(&output));
    let output = tutti(&[&args[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    let failure = &report["failures"][0];
    let link = failure["link"].as_str().expect("a link");
    let replay = tutti(&["run", link, "--json"]);
    assert_eq!(replay.status.code(), Some(1), "{}", err(&replay));
    let replayed = json(&replay);
    assert_eq!(replayed["violations"][0]["invariant"], failure["fault"]);
    assert_eq!(replayed["violations"][0]["event"], failure["event"]);
}
