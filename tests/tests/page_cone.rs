//! What an event was caused by and what it caused, lit up; and the run as a file for other tools.

use serde_json::{Value, json};
use tutti_core::base::Time;
use tutti_core::timeline::{Clocks, Counted, Player};
use tutti_tests::lab::preset;
use tutti_tests::{Key, Page, Setting, Site};

/// What is said about the event that is picked.
fn said(page: &Page) -> Option<String> {
    page.find_all(".tt-cone b").first().map(|words| words.text())
}

/// Shows all events of the last second, the newest first.
fn list_everything(page: &Page) {
    page.click(&page.named("tab", "Events"));
    let script = "const [select] = arguments; select.value = [...select.options].find(o => o.textContent === 'everything').value;
        select.dispatchEvent(new Event('change', { bubbles: true }))";
    page.run(script, &[page.named("combobox", "Which events").argument()]);
    page.wait_until("everything is listed", || page.find_all(".events li").len() > 50);
}

#[test]
fn picking_an_event_lights_up_its_cone_and_tells_its_lamport_time() {
    let Some(site) = Site::from_env() else { return };
    // Once the first leader is dead and the second was elected.
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 2_300);
    // What the core says of each event.
    let scenario = preset("leader-crash");
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time(2_300_000));
    let timeline = player.timeline();
    list_everything(&page);
    let (mut clocks, rows) = (Clocks::default(), timeline.rows(Time(1_300_000), timeline.now(), 40));
    let row = rows.first().expect("something happened");
    let place = rows.len();
    page.click(&page.find(&format!(".events li:nth-child({place}) > button:nth-child(2)")));
    let Counted::Known(lamport) = timeline.lamport(&mut clocks, row.id, row.time, u64::MAX) else { panic!("unknown") };
    page.wait_until("it tells its Lamport time", || {
        said(&page).is_some_and(|said| said.ends_with(&format!("Lamport time {lamport}")))
    });
    let cone = timeline.cone(row.id, row.time).expect("it is there");
    let count = |css: &str| page.find(css).text();
    assert_eq!(count(".tt-cone .past"), format!("{} causes", cone.past.events.len()));
    assert_eq!(count(".tt-cone .future"), format!("{} effects", cone.future.events.len()));
    assert_eq!(page.find(".events li.picked").attribute("aria-current").as_deref(), Some("true"));
    page.wait_until("its causes are lit in the list", || page.find_all(".events li.past").len() > 5);
    // On the score the two sides have their colours, and without a cone there are none of them.
    let coloured = "const wanted = ['--past', '--future'].map(name => {
            const probe = document.body.appendChild(document.createElement('i'));
            probe.style.color = `var(${name})`;
            const rgb = getComputedStyle(probe).color.match(/[0-9]+/g).map(Number);
            probe.remove();
            return rgb;
        });
        const canvas = document.querySelector('.tt-score canvas'), copy = document.createElement('canvas');
        // A canvas that shows pictures does not tell their size.
        copy.width = canvas.clientWidth * devicePixelRatio; copy.height = canvas.clientHeight * devicePixelRatio;
        const ctx = copy.getContext('2d'); ctx.drawImage(canvas, 0, 0);
        const { data } = ctx.getImageData(0, 0, copy.width, copy.height);
        return wanted.map(rgb => { let n = 0;
            for (let i = 0; i < data.length; i += 4) if (rgb.every((c, j) => Math.abs(data[i + j] - c) < 12)) n++;
            return n; })";
    let lit = || {
        let found = page.run(coloured, &[]);
        (found[0].as_u64().unwrap_or_default(), found[1].as_u64().unwrap_or_default())
    };
    page.wait_until("both sides are on the score", || lit().0 > 200 && lit().1 > 20);
    // Escape ends it, wherever the focus is.
    page.press(Key::Escape);
    page.wait_until("it is let be", || said(&page).is_none());
    page.wait_until("nothing is lit", || lit().0 < 10 && lit().1 < 10 && page.find_all(".events .past").is_empty());
    page.assert_quiet();
}

#[test]
fn a_stroke_of_the_score_is_picked_by_a_click_and_the_last_event_by_a_key() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_900);
    page.run("document.querySelector('.tt-playhead').focus()", &[]);
    page.press(Key::Letter('c'));
    page.wait_until("the last event is picked", || said(&page).is_some_and(|said| said.contains("Lamport time")));
    page.press(Key::Letter('c'));
    page.wait_until("and let be", || said(&page).is_none());
    // Somewhere among the strokes, where the hand shows that there is one.
    let score = page.find(".tt-score").rect();
    let on = |x: f64, y: f64| {
        page.hover_at(tutti_tests::Point::new(x, y));
        page.run("return document.querySelector('.tt-score').classList.contains('is-on')", &[]) == true
    };
    let head = page.find(".tt-playhead").rect().center().x;
    let places = (0..200).map(|i| (head - 10.0 - f64::from(i) * 3.0, score.y + 60.0 + f64::from(i % 5) * 7.0));
    let (x, y) = places.into_iter().find(|&(x, y)| on(x, y)).expect("there are strokes");
    page.click_at(tutti_tests::Point::new(x, y));
    page.wait_until("it is picked", || said(&page).is_some());
    page.click(&page.named("button", "Let this event be"));
    page.wait_until("it is let be", || said(&page).is_none());
    // To drag is to go through time, and picks nothing.
    page.click_at(tutti_tests::Point::new(x, score.y + score.height - 8.0));
    page.run("return new Promise(done => setTimeout(done, 200))", &[]);
    assert_eq!(said(&page), None);
    page.assert_quiet();
}

#[test]
fn the_run_is_downloaded_in_every_format() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_500);
    // What the page saves is looked at here, and not left on this machine.
    page.cdp("Browser.setDownloadBehavior", &json!({ "behavior": "deny" }));
    page.click(&page.named("button", "Share"));
    page.click(&page.named("button", "Download trace"));
    let ask = |format: &str, story: &str| {
        let script = "const [format, story] = arguments;
            document.querySelector('[name=format]').value = format; document.querySelector('[name=story]').value = story";
        page.run(script, &[json!(format), json!(story)]);
        page.click(&page.named("button", "Download"));
    };
    let formats = [
        ("otlp", "leader-crash-otlp.json", "resourceSpans"),
        ("jaeger", "leader-crash-jaeger.json", "data"),
        ("zipkin", "leader-crash-zipkin.json", "0"),
        ("perfetto", "leader-crash-perfetto.json", "traceEvents"),
        ("mermaid", "leader-crash-mermaid.mmd", ""),
    ];
    for (format, name, key) in formats {
        ask(format, "");
        let link = page.wait_for(&format!("{name} is there"), || {
            page.find_all(".came a").into_iter().find(|link| link.attribute("download").as_deref() == Some(name))
        });
        assert!(page.find(".came").text().contains("stories, "), "{}", page.find(".came").text());
        let text = page.run("return fetch(arguments[0].href).then(file => file.text())", &[link.argument()]);
        let text = text.as_str().expect("a text");
        if key.is_empty() {
            assert!(text.starts_with("sequenceDiagram\n") && text.lines().count() > 20, "{text}");
        } else {
            let whole: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{format}: {error}"));
            let found = if key == "0" { &whole[0] } else { &whole[key] };
            assert!(!found.is_null(), "{format}");
        }
    }
    ask("zipkin", "1#2");
    page.wait_until("one story is there", || {
        page.find(".came").text().starts_with("Saved as leader-crash-1-2-zipkin.json: 1 story")
    });
    ask("zipkin", "order-3");
    page.wait_until("it says what there is", || page.find(".came .error").text().contains("There are: "));
}
