use crate::bus::workload::cycles;

#[test]
fn everything_goes_round_whatever_the_batch() {
    for batch in [1, 7, 64, 1_000] {
        assert!(cycles(batch, 20_000).cycles >= 20_000);
    }
}
