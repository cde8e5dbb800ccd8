//! The stopwatch for frames, tested on a page whose frames take a known time at least.

use tutti_tests::{Site, measure};

const BUSY: &str = "<!doctype html><link rel='icon' href='data:,'><p id='bench-result'>{ \"ready\": true }</p><script>
  const draw = () => {
    for (const begun = performance.now(); performance.now() - begun < 6;);
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
</script>";

#[test]
fn a_frame_takes_as_long_as_its_work() {
    let Some(site) = Site::with_pages("/", [("/busy.html", BUSY)]) else { return };
    let frames = measure::frames(&site, "busy.html").expect("frames");
    let median = frames["frame_ms_median"].as_f64().expect("a number");
    assert!(median >= 6.0, "{frames}");
}
