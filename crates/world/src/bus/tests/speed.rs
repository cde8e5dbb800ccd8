use crate::bus::workload::cycles;

#[test]
fn everything_goes_round_whatever_the_batch() {
    for batch in [1, 7, 64, 1_000] {
        assert!(cycles(batch, 20_000).cycles >= 20_000);
    }
}

/// `cargo test --release -p tutti-world --lib bus::tests::speed -- --ignored --nocapture`
#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "measures"]
fn cycles_a_second() {
    for batch in [1, 16, 64, 256] {
        let mut rates: Vec<u64> = (0..5)
            .map(|_| {
                let before = std::time::Instant::now();
                (cycles(batch, 2_000_000).cycles as f64 / before.elapsed().as_secs_f64()) as u64
            })
            .collect();
        rates.sort_unstable();
        println!("batch {batch}: {} cycles a second ({} to {})", rates[2], rates[0], rates[4]);
    }
}
