//! Running: once, or until a signal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use quarry_hunting::notify::{Flushed, Outbox};
use quarry_hunting::schedule::{ScheduleError, Scheduler, Step, Ticked};
use quarry_value::time::{self, SECOND};
use tokio::sync::Notify;

use super::tell::Teller;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{counted, elapsed};

/// Late data are looked for so often, and the lake after it could not be read.
const LOOK_EVERY: Duration = Duration::from_secs(300);
const AFTER_FAILURE: Duration = Duration::from_secs(15);
/// After a signal, what is being looked at gets so long; what it has not written by then it looks at again next time.
const GRACE: Duration = Duration::from_secs(10);

/// Does what is due, delivers alerts, and ends.
pub async fn once(scheduler: &Scheduler<'_>, mut outbox: Outbox<'_>, mut teller: Teller, now: Option<i64>, patience: Duration) -> Outcome {
    let started = Instant::now();
    let signal = Signal::new(scheduler.stop);
    let now = now.unwrap_or_else(time::system_now);
    let mut tell = |step: Step<'_, '_>| teller.step(&step);
    let ticked = tokio::select! {
        ticked = scheduler.tick(now, &mut tell) => ticked.map_err(Failure::new)?,
        () = signal.grace() => return Ok(stopped()),
    };
    let delivered = tokio::select! {
        delivered = deliver(&mut outbox, &teller, patience, scheduler.stop) => delivered.map_err(Failure::new)?,
        () = signal.grace() => return Ok(stopped()),
    };
    eprintln!("{}", summary(&ticked, &delivered, started.elapsed()));
    Ok(if ticked.could_not_run > 0 || delivered.waiting > 0 {
        Exit::Failed
    } else {
        Exit::Clean
    })
}

/// Empties the outbox as far as sinks take it in time.
async fn deliver(outbox: &mut Outbox<'_>, teller: &Teller, patience: Duration, stop: &AtomicBool) -> Result<Flushed, ScheduleError> {
    let until = Instant::now() + patience;
    let mut all = Flushed::default();
    loop {
        let flushed = outbox.flush().await?;
        all.delivered += flushed.delivered;
        all.waiting = flushed.waiting;
        let again = flushed
            .again
            .filter(|again| Instant::now() + *again < until && !stop.load(Ordering::Relaxed));
        match again {
            Some(again) => tokio::time::sleep(again).await,
            None => {
                teller.delivered(&flushed);
                return Ok(all);
            }
        }
    }
}

fn summary(ticked: &Ticked, delivered: &Flushed, took: Duration) -> String {
    if ticked.windows == 0 && delivered.delivered == 0 && delivered.waiting == 0 {
        return "Nothing is due".to_owned();
    }
    let mut text = format!(
        "Looked at {}: {}, {}",
        counted(ticked.windows - ticked.suppressed, "window", "windows"),
        counted(ticked.findings, "new finding", "new findings"),
        counted(ticked.alerts, "alert", "alerts")
    );
    for (number, what) in [
        (delivered.delivered, "delivered"),
        (delivered.waiting, "not delivered yet"),
        (ticked.could_not_run, "could not run"),
        (ticked.suppressed, "left out: suppressed"),
    ] {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    }
    format!("{text} in {}", elapsed(took))
}

/// Runs until a signal.
pub async fn forever(scheduler: &Scheduler<'_>, mut outbox: Outbox<'_>, mut teller: Teller) -> Outcome {
    let signal = Signal::new(scheduler.stop);
    eprintln!(
        "Running {} on {}; Ctrl-C ends it",
        counted(scheduler.plan.rules.len(), "rule", "rules"),
        scheduler.lake.url()
    );
    while !scheduler.stop.load(Ordering::Relaxed) {
        let wait = tokio::select! {
            wait = round(scheduler, &mut outbox, &mut teller) => wait,
            () = signal.grace() => break,
        };
        // A signal that came during the round has been taken note of and does not come again.
        if scheduler.stop.load(Ordering::Relaxed) {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = signal.stopped() => {}
        }
    }
    Ok(stopped())
}

/// One round, and how long to wait for the next.
async fn round(scheduler: &Scheduler<'_>, outbox: &mut Outbox<'_>, teller: &mut Teller) -> Duration {
    let ticked = match scheduler.tick(time::system_now(), &mut |step| teller.step(&step)).await {
        Ok(ticked) => ticked,
        Err(error) => {
            teller.failure(&error);
            return AFTER_FAILURE;
        }
    };
    if ticked.alerts > 0 {
        outbox.wake();
    }
    let again = match outbox.flush().await {
        Ok(flushed) => {
            teller.delivered(&flushed);
            flushed.again
        }
        Err(error) => {
            teller.failure(&error);
            Some(AFTER_FAILURE)
        }
    };
    let next = ticked.next.map(|next| {
        let ticks = next.saturating_sub(time::system_now()).max(0);
        // A little later, so that the time has come whatever the clock's grain.
        Duration::from_millis(u64::try_from(ticks / (SECOND / 1000)).unwrap_or_default().saturating_add(50))
    });
    [next, again].into_iter().flatten().fold(LOOK_EVERY, Duration::min)
}

fn stopped() -> Exit {
    eprintln!("Stopped; it goes on where it was when it is started again");
    Exit::Clean
}

/// The signals that end a process: the first sets the flag, so that work comes to an end; another ends it at once.
struct Signal<'a> {
    stop: &'a AtomicBool,
    told: std::sync::Arc<Notify>,
}

impl<'a> Signal<'a> {
    fn new(stop: &'a AtomicBool) -> Self {
        let told = std::sync::Arc::new(Notify::new());
        let teller = std::sync::Arc::clone(&told);
        // Signals are listened for from here on, before the task runs for the first time.
        let mut signals = Signals::listen();
        tokio::spawn(async move {
            while signals.next().await {
                teller.notify_one();
            }
        });
        Self { stop, told }
    }

    /// When a signal has come.
    async fn stopped(&self) {
        self.told.notified().await;
        self.stop.store(true, Ordering::Relaxed);
    }

    /// When a signal has come and the work has had time to end, or a second one has come.
    async fn grace(&self) {
        if !self.stop.load(Ordering::Relaxed) {
            self.stopped().await;
        }
        tokio::select! {
            () = tokio::time::sleep(GRACE) => {}
            () = self.told.notified() => {}
        }
    }
}

/// What ends a process. It listens as long as it lives: of signals between two listeners nobody would know.
#[cfg(unix)]
struct Signals {
    terminate: Option<tokio::signal::unix::Signal>,
    interrupt: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
            interrupt: signal(SignalKind::interrupt()).ok(),
        }
    }

    /// Waits for a signal; `false` when there can be none.
    async fn next(&mut self) -> bool {
        match (&mut self.terminate, &mut self.interrupt) {
            (Some(terminate), Some(interrupt)) => tokio::select! {
                got = terminate.recv() => got.is_some(),
                got = interrupt.recv() => got.is_some(),
            },
            (Some(only), None) | (None, Some(only)) => only.recv().await.is_some(),
            (None, None) => false,
        }
    }
}

/// What ends a process.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    /// Waits for a signal; `false` when there can be none.
    async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
