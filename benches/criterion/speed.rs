//! Every case of the crate under criterion, with throughput.

use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sip_status_line_bench::cases::GROUPS;

/// The time of the thread, without what others took, as in `ratios`.
struct ThreadClock;

impl Measurement for ThreadClock {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, start: ThreadTime) -> Duration {
        start.elapsed()
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_secs_f64() * 1e9
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn speed(criterion: &mut Criterion<ThreadClock>) {
    for (name, cases) in GROUPS {
        let mut group = criterion.benchmark_group(name);
        for mut case in cases() {
            group.throughput(Throughput::ElementsAndBytes {
                elements: case.elements as u64,
                bytes: case.octets as u64,
            });
            group.bench_function(case.name.clone(), |bencher| bencher.iter(|| case.run()));
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(ThreadClock)
        .sample_size(31)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = speed
}
criterion_main!(benches);
