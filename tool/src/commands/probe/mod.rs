//! `sip-status probe`: what another parser makes of lines, and which of them break it.

mod args;
mod element;
mod exec;
mod keep;
mod known;
mod lines;
mod minimise;
mod network;
mod on_record;
mod persistent;
mod process;
mod program;
mod reaction;
mod record;
mod report;
mod summary;
mod tolerance;

use core::time::Duration;
use core::{iter, slice};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Instant;

use serde::Serialize;
use sip_status_lab::{Assessment, Disagreement, Judge, KnownPatterns, Pattern};

use crate::interrupt;
use crate::outcome::{CommandError, CommandResult, Outcome};
use crate::output::escape::{Hex, excerpt, text};
use crate::output::json::write_json;
use crate::output::terminal::{self, Output, Styles, say};
use crate::response::call_id;
pub(crate) use args::ProbeArgs;
use args::{Minimise, ProbeFormat};
use element::Element;
use lines::{Line, Lines, Messages, none_is_sip};
use minimise::minimise;
use process::{RunResult, longest_verdict};
use program::Program;
use reaction::Reaction;
use record::Column;
use report::{ProbeResult, Table};
use summary::{Finding, Shorter, Summary};
use tolerance::Tolerance;

/// The rate at which a network target is sent lines unless told otherwise.
const RATE: u32 = 100;

/// How many of the lines sent before one that broke the target are kept with it.
const BEFORE: usize = 4;

pub(crate) fn run(args: &ProbeArgs) -> CommandResult {
    args.check()?;
    let (output, styles) = terminal::stdout();
    let (lines, read) = Lines::read(args, &output)?;
    if none_is_sip(&lines.read) {
        say("no line begins with SIP/, as if the input were in another format: see --input");
    }
    interrupt::end_input_on_interrupt();
    // Only now, since a connection may not last as long as an input.
    let (target, messages) = Target::new(args)
        .map_err(|message| CommandError::Usage(text(message.as_bytes()).to_string()))?;
    let network = matches!(target, Target::Element(_));
    let mut pace = Pace::new(args.rate.or_else(|| network.then_some(RATE)), 1);
    if network {
        // The OPTIONS was a message too, and some close the connection after an answer.
        pace.wait();
    }
    let mut probe = Probe {
        args,
        known: known::read(args)?,
        column: Column::new(&args.record)?,
        summary: Summary::default(),
        tolerance: Tolerance::default(),
        styles,
        messages,
        target,
        pace,
        table: Table::new(styles, &lines.read),
        out: output,
        row: Vec::new(),
        before: VecDeque::new(),
        tally: Tally::default(),
        outcome: read,
        is_over: false,
        explained: false,
    };
    match probe.all(&lines.read) {
        // Nobody reads on, so there is no use in breaking more.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        probed => probed?,
    }
    let outcome = probe.sum_up(lines.read.len() as u64)?;
    if let Some(limit) = lines.limit {
        let count = lines.read.len();
        say(format_args!(
            "lines after the first {count} were left out: {limit}"
        ));
    }
    if interrupt::is_interrupted() {
        say("interrupted");
        return Ok(Outcome::Trouble);
    }
    Ok(outcome)
}

enum Target {
    Program(Program),
    Element(Box<Element>),
}

impl Target {
    /// The target, and how records become messages to it.
    fn new(args: &ProbeArgs) -> Result<(Self, Messages), String> {
        let messages = |via| Messages {
            content: args.content(),
            via,
        };
        if let Some(command) = &args.target.exec {
            let messages = messages("UDP 127.0.0.1:5060".to_owned());
            let program = Program::new(command, args, &messages);
            let program = program.map_err(|error| error.to_string())?;
            return Ok((Self::Program(program), messages));
        }
        let element = Element::new(args)?;
        let messages = messages(element.via());
        Ok((Self::Element(Box::new(element)), messages))
    }

    /// Tries a message, that of the line of this number. `None` if an interrupt came before it was
    /// known what the target does.
    fn trial(&mut self, sent: Vec<u8>, number: u64) -> io::Result<Option<Trial>> {
        match self {
            Self::Program(program) => {
                let mut trial = None;
                program.run(slice::from_ref(&sent), &mut |sent, run| {
                    trial = Some(Trial::of_run(sent, run));
                })?;
                Ok(trial)
            }
            Self::Element(element) => {
                let start = Instant::now();
                let reaction = element.probe(&sent, &call_id(number))?;
                Ok(reaction.map(|(reaction, run)| Trial {
                    sent,
                    reaction,
                    time: start.elapsed(),
                    run,
                }))
            }
        }
    }

    /// Sees that it is there, and waits that long if it is not.
    ///
    /// # Errors
    ///
    /// If it does not come back.
    fn make_ready(&mut self, within: Duration) -> io::Result<()> {
        if let Self::Element(element) = self
            && !element.is_there()
        {
            element.recover(within).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Tally {
    lines: u64,
    differing: u64,
    breaking: u64,
    /// Of the two, those of a known pattern.
    known: u64,
    unsent: u64,
    /// Those with a verdict of a program, and those with an exit code in its place.
    said: u64,
    exited: u64,
}

struct Probe<'a> {
    args: &'a ProbeArgs,
    messages: Messages,
    target: Target,
    pace: Pace,
    known: KnownPatterns,
    /// What goes on record, if that is asked for.
    column: Option<Column<'a>>,
    summary: Summary,
    tolerance: Tolerance,
    styles: Styles,
    table: Table,
    out: Output,
    /// The row that is being written, so that it is handed on whole.
    row: Vec<u8>,
    /// The last messages that were sent.
    before: VecDeque<Vec<u8>>,
    tally: Tally,
    outcome: Outcome,
    /// Whether no other line can be tried.
    is_over: bool,
    /// Whether the user was told that a verdict is not understood.
    explained: bool,
}

/// What is kept beside the octets that broke the target.
#[derive(Serialize)]
struct FindingRecord<R> {
    target: String,
    timeout: f64,
    sent: String,
    sent_before: Vec<String>,
    result: R,
}

/// A message that was sent, and what came of it.
struct Trial {
    sent: Vec<u8>,
    reaction: Reaction,
    time: Duration,
    /// If the target is a program, or was one of ours that ended.
    run: Option<RunResult>,
}

impl Trial {
    fn of_run(sent: &[u8], run: RunResult) -> Self {
        Self {
            sent: sent.to_vec(),
            reaction: run.reaction.clone(),
            time: run.time,
            run: Some(run),
        }
    }

    /// The pattern of what came of it, if it is a finding, and in what that differs.
    fn finding(&self) -> Option<(Pattern, Option<Disagreement>)> {
        let ours = Judge::new().assess(&self.sent);
        let verdict = self.reaction.verdict();
        let differs = verdict.and_then(|verdict| ours.disagreement(&verdict));
        Some((self.reaction.pattern(&ours)?, differs))
    }
}

impl Probe<'_> {
    fn all(&mut self, lines: &[Line]) -> io::Result<()> {
        match self.args.format {
            _ if self.args.summary => {}
            ProbeFormat::Table => self.table.write_heading(&mut self.row)?,
            ProbeFormat::Json => {}
            ProbeFormat::Column => {
                let name = text(self.args.name.as_bytes());
                writeln!(self.row, "hex\t{name}")?;
            }
        }
        self.out.write_all(&self.row)?;
        self.out.progress().start_lines(lines.len() as u64);
        match (&self.args.target.exec, usize::from(self.args.jobs)) {
            (Some(_), 1) if !self.args.persistent => self.one_by_one(lines)?,
            (Some(command), jobs) => self.all_at_once(lines, command, jobs)?,
            (None, _) => self.one_by_one(lines)?,
        }
        self.out.flush()
    }

    fn one_by_one(&mut self, lines: &[Line]) -> io::Result<()> {
        for (number, line) in (1..).zip(lines) {
            self.pace.wait();
            if self.is_over || interrupt::is_interrupted() || !self.is_there(line)? {
                break;
            }
            let sent = self.messages.message(&line.octets, number);
            let trial = self.target.trial(sent, number);
            self.take(number, line, trial)?;
        }
        Ok(())
    }

    /// Runs the program `jobs` times at once. The workers take turns, each with as many lines as the
    /// program is best given at a time, so that results are taken in the order of the lines and no
    /// worker gets far ahead.
    fn all_at_once(&mut self, lines: &[Line], command: &str, jobs: usize) -> io::Result<()> {
        /// How many times as many results a worker may be ahead.
        const AHEAD: usize = 4;
        let args = self.args;
        let messages = self.messages.clone();
        let messages = &messages;
        let mut turn = 1;
        thread::scope(|scope| {
            let (mut results, mut workers) = (Vec::new(), Vec::new());
            for worker in 0..jobs {
                let mut program = match Program::new(command, args, messages) {
                    Ok(program) => program,
                    Err(error) => return self.fail(&error),
                };
                // Those of a turn are sent at once, which would be beyond a rate.
                turn = if args.rate.is_some() {
                    1
                } else {
                    program.batch()
                };
                let (trials, taken) = mpsc::sync_channel(AHEAD * turn);
                results.push(taken);
                let turns = lines.chunks(turn).zip((1..).step_by(turn));
                let turns = turns.skip(worker).step_by(jobs);
                workers.push(scope.spawn(move || {
                    let mut pace = Pace::new(args.rate, jobs);
                    for (lines, number) in turns {
                        let numbered = lines.iter().zip(number..);
                        let messages: Vec<_> = numbered
                            .map(|(line, number)| messages.message(&line.octets, number))
                            .collect();
                        if !run_all(&mut program, &messages, &mut pace, &trials) {
                            break;
                        }
                    }
                    drop(trials);
                    program.finish()
                }));
            }
            let turns = results.iter().cycle();
            let turns = turns.flat_map(|results| iter::repeat_n(results, turn));
            for ((number, line), results) in (1..).zip(lines).zip(turns) {
                if self.is_over || interrupt::is_interrupted() {
                    break;
                }
                // A worker ends early only after an interrupt or an error, which came before this.
                let Ok(trial) = results.recv() else { break };
                self.take(number, line, trial)?;
            }
            // What they wait for to be taken.
            drop(results);
            for worker in workers {
                if let Ok(report) = worker.join() {
                    self.say_report(report.unwrap_or_default())?;
                }
            }
            Ok(())
        })
    }

    /// Says how many of the lines did what, and what they have in common if that is asked for.
    fn sum_up(&mut self, lines: u64) -> CommandResult {
        self.out.progress().finish();
        self.summary.merge();
        if self.args.minimise.contains(&Minimise::Differ) {
            self.minimise_examples()?;
        }
        if self.args.summary {
            match self.args.format {
                ProbeFormat::Json => {
                    self.summary.write_json(&mut self.out)?;
                    self.tolerance.write_json(&mut self.out)?;
                }
                ProbeFormat::Table | ProbeFormat::Column => {
                    self.summary.write_text(self.styles, &mut self.out)?;
                    self.tolerance.write_text(&mut self.out)?;
                }
            }
            self.out.flush()?;
        }
        let Tally {
            lines: sent,
            differing,
            breaking,
            known,
            unsent,
            said,
            exited,
        } = self.tally;
        let (restarts, report) = match &mut self.target {
            Target::Program(program) => (0, program.finish()?),
            Target::Element(element) => (element.restarts(), element.finish()),
        };
        self.say_report(report)?;
        let if_any = |what: &str, count: u64| match count {
            0 => String::new(),
            count => format!(", {what}: {count}"),
        };
        let known = if_any("known", known);
        let unsent = if_any("could not be sent", unsent);
        let restarts = if_any("restarts", restarts);
        say(format_args!(
            "lines: {sent}, differ: {differing}, break the target: {breaking}{known}{unsent}{restarts}"
        ));
        let is_once = self.args.target.exec.is_some() && !self.args.persistent;
        if said == 0 && exited > 0 {
            say(
                "no run printed a verdict, so the exit codes alone were read; a program that reads in a loop \
                 needs --persistent",
            );
        } else if is_once && sent > 1 && breaking == sent {
            say(
                "every run was broken by its line; a program that reads in a loop needs --persistent",
            );
        }
        if lines == sent {
            self.write()?;
        } else {
            say(format_args!("lines not tried: {}", lines - sent));
            if self.args.write_known || self.column.is_some() {
                say("--write-known and --record change no file unless all lines were tried");
            }
        }
        Ok(self.outcome)
    }

    /// Writes the files that are to have what a run over all lines came to.
    fn write(&self) -> Result<(), CommandError> {
        if self.args.write_known {
            known::write(self.args, &self.summary)?;
        }
        self.column.as_ref().map_or(Ok(()), Column::write)
    }

    /// Reports what came of a line.
    fn take(
        &mut self,
        number: u64,
        line: &Line,
        trial: io::Result<Option<Trial>>,
    ) -> io::Result<()> {
        let Trial {
            sent,
            reaction,
            time,
            run,
        } = match trial {
            Ok(Some(trial)) => trial,
            Ok(None) => return Ok(()),
            Err(error) => {
                return self.fail(&io::Error::other(format!("{}: {error}", line.label())));
            }
        };
        if let Some(run) = &run {
            self.explain(line, &sent, run)?;
        }
        if let Some(column) = &mut self.column {
            column.add(line, &reaction);
        }
        let ours = Judge::new().assess(&sent);
        let differs = self.judge(line, &reaction, &ours)?;
        let is_breakage = reaction.is_breakage();
        let is_unsent = matches!(reaction, Reaction::Unsent(_));
        let is_finding = is_breakage || differs.is_some();
        let pattern = is_finding.then(|| reaction.pattern(&ours)).flatten();
        let (pattern, undone) = self.without_deviation(number, line, pattern)?;
        let is_known = pattern
            .as_ref()
            .is_some_and(|pattern| self.known.cover(pattern));
        self.tally.lines += 1;
        self.tally.differing += u64::from(differs.is_some());
        self.tally.breaking += u64::from(is_breakage);
        self.tally.known += u64::from(is_known);
        self.tally.unsent += u64::from(is_unsent);
        if is_unsent || pattern.is_some() && !is_known {
            self.outcome = self.outcome.max(Outcome::Findings);
        }
        let mut probed = ProbeResult {
            line,
            reaction: &reaction,
            seconds: (time.as_secs_f64() * 1e6).round() / 1e6,
            run: run.as_ref(),
            ours,
            differs,
            is_known,
            kept: None,
            minimised: None,
        };
        let is_new = !is_known && !self.has_one(pattern.as_ref());
        // The target may have closed the connection since it crashed and was started again.
        if is_new && (is_breakage || reaction == Reaction::Closed && differs.is_some()) {
            probed.kept = self.keep(&probed, &sent, None)?;
        }
        let mut minimised = None;
        if is_breakage && is_new && self.args.minimise.contains(&Minimise::Breaks) {
            minimised = self.minimise_breaking(number, line, &reaction, pattern.as_ref())?;
            if let Some(octets) = &minimised {
                probed.minimised = Some(octets);
                let sent = self.messages.message(octets, number);
                self.keep(&probed, &sent, Some("minimised"))?;
            }
        }
        self.row.clear();
        match self.args.format {
            _ if self.args.summary => {}
            ProbeFormat::Table => probed.write_row(&self.table, &mut self.row)?,
            ProbeFormat::Json => write_json(&probed.object(), &mut self.row)?,
            ProbeFormat::Column => probed.write_cell(&mut self.row)?,
        }
        if let Some(pattern) = pattern {
            let example = self.messages.line(
                minimised
                    .as_ref()
                    .or(undone.as_ref())
                    .unwrap_or(&line.octets),
            );
            self.summary.add(Finding {
                pattern,
                is_known,
                example,
                goes_on: self.messages.go_on(example),
                label: line.label(),
                target: reaction.to_string(),
                differs,
                number,
            });
        }
        self.out.write_all(&self.row)?;
        self.before.push_back(sent);
        if self.before.len() > BEFORE {
            self.before.pop_front();
        }
        self.out.progress().advance(1);
        self.out.flush()?;
        self.recover()
    }

    /// In what the target is wrong about a line, if in anything.
    fn judge(
        &mut self,
        line: &Line,
        reaction: &Reaction,
        ours: &Assessment<'_>,
    ) -> io::Result<Option<Disagreement>> {
        let Some(verdict) = reaction.verdict() else {
            return Ok(None);
        };
        let differs = ours.disagreement(&verdict);
        if self.messages.is_judged(&line.octets) {
            self.tolerance.add(ours, &verdict);
            return Ok(differs);
        }
        if differs.is_some() {
            self.say(&format!(
                "{}: {}, not judged, since it was sent with what follows its line",
                line.label(),
                excerpt(reaction.to_string().as_bytes(), 60)
            ))?;
        }
        Ok(None)
    }

    /// The pattern of a finding; and if the deviation that it is named after is not why the line is
    /// refused, the pattern and the octets without that. The target is asked only if the line would be
    /// the example of its pattern.
    fn without_deviation(
        &mut self,
        number: u64,
        line: &Line,
        pattern: Option<Pattern>,
    ) -> io::Result<(Option<Pattern>, Option<Vec<u8>>)> {
        let on_trial = self.messages.line(&line.octets);
        let goes_on = self.messages.go_on(on_trial);
        let would_show = |pattern: &&Pattern| {
            !self.known.cover(pattern) && self.summary.would_show(pattern, goes_on, on_trial)
        };
        let undone = match pattern.as_ref().filter(would_show) {
            Some(pattern) => self.refused_anyway(number, &line.octets, pattern)?,
            None => None,
        };
        Ok(match undone {
            Some((pattern, octets)) => (Some(pattern), Some(octets)),
            None => (pattern, None),
        })
    }

    /// Whether the target is still there to be sent a line.
    fn is_there(&mut self, line: &Line) -> io::Result<bool> {
        let Target::Element(element) = &mut self.target else {
            return Ok(true);
        };
        if element.is_there() {
            return Ok(true);
        }
        if !interrupt::is_interrupted() {
            self.outcome = self.outcome.max(Outcome::Findings);
            let label = line.label();
            self.say(&format!(
                "{label}: the target did not answer any more before this was sent"
            ))?;
            self.recover()?;
        }
        Ok(!self.is_over && !interrupt::is_interrupted())
    }

    /// Ends the probe, since the target cannot be run or sent to.
    fn fail(&mut self, error: &io::Error) -> io::Result<()> {
        self.outcome = Outcome::Trouble;
        self.is_over = true;
        self.say(&format!("{}: {error}", self.args.target.name()))
    }

    /// Counts what a program said, and says once that something looks like a verdict and is none.
    fn explain(&mut self, of: &Line, sent: &[u8], ran: &RunResult) -> io::Result<()> {
        if ran.has_verdict {
            self.tally.said += 1;
            return Ok(());
        }
        self.tally.exited += u64::from(matches!(ran.reaction, Reaction::Verdict(_)));
        if self.explained || !ran.stdout.starts_with(b"accept:") {
            return Ok(());
        }
        self.explained = true;
        let line = ran.stdout.split(|octet| *octet == b'\n').next();
        let line = excerpt(line.unwrap_or_default(), 60);
        self.say(&format!(
            "{}: the verdict {line} is not understood, so the exit code counts; expected \
             accept:CODE:HEX on a line of less than {} octets",
            of.label(),
            longest_verdict(sent)
        ))
    }

    /// Waits for a target that is not there any more, and ends the probe if it does not come back.
    fn recover(&mut self) -> io::Result<()> {
        let Target::Element(element) = &mut self.target else {
            return Ok(());
        };
        self.out.flush()?;
        match element.recover(self.args.recover()) {
            Ok(false) => Ok(()),
            Ok(true) => self.say("the target was started again"),
            Err(message) => {
                self.is_over = true;
                self.say(&message)
            }
        }
    }

    /// Says what a sanitizer reported while the target went on.
    fn say_report(&mut self, report: Option<String>) -> io::Result<()> {
        let Some(report) = report else { return Ok(()) };
        self.outcome = self.outcome.max(Outcome::Findings);
        self.say(&format!(
            "the target went on after a report of {report}, so it is not known of which line"
        ))
    }

    /// Writes what broke the target to a file and returns its name, or `None` if that failed.
    fn keep(
        &mut self,
        probed: &ProbeResult<'_>,
        sent: &[u8],
        how: Option<&str>,
    ) -> io::Result<Option<String>> {
        let before = self.before.iter().map(|sent| Hex(sent).to_string());
        let record = FindingRecord {
            target: self.args.target.name(),
            timeout: self.args.timeout.as_secs_f64(),
            sent: Hex(sent).to_string(),
            sent_before: before.collect(),
            result: probed.object(),
        };
        match keep::keep(&self.args.keep, &keep::stem(probed, how), sent, &record) {
            Ok(path) => {
                self.say(&format!("kept: {}", path.display()))?;
                Ok(Some(path.to_string_lossy().into_owned()))
            }
            Err(error) => {
                self.outcome = Outcome::Trouble;
                self.say(&format!("{}: {error}", self.args.keep.display()))?;
                Ok(None)
            }
        }
    }

    /// Whether there is one of the pattern already, so that another need not be kept: in a summary, one
    /// will do.
    fn has_one(&self, pattern: Option<&Pattern>) -> bool {
        self.args.summary && pattern.is_some_and(|pattern| self.summary.has(pattern))
    }

    /// The octets of a record without the deviation that its pattern is named after, and the pattern of
    /// these, if the target refuses them as well, which is not for the deviation then.
    fn refused_anyway(
        &mut self,
        number: u64,
        record: &[u8],
        pattern: &Pattern,
    ) -> io::Result<Option<(Pattern, Vec<u8>)>> {
        let sent = self.messages.message(record, number);
        let undone = Judge::new().assess(&sent).without_deviation();
        let Some(sent) = undone.filter(|_| pattern.deed().starts_with("false-")) else {
            return Ok(None);
        };
        let len = self.messages.line(record).len();
        let octets = sent.get(..len).unwrap_or_default().to_vec();
        self.pace.wait();
        let ready = self.target.make_ready(self.args.recover());
        let trial = match ready.and_then(|()| self.target.trial(sent, number)) {
            Ok(trial) => trial,
            Err(error) => {
                self.fail(&error)?;
                None
            }
        };
        let found = trial.and_then(|trial| trial.finding());
        let same = found.filter(|(found, _)| found.deed() == pattern.deed());
        Ok(same.map(|(found, _)| (found, octets)))
    }

    /// The least line that breaks the target in the same way; in a summary, of the same pattern.
    fn minimise_breaking(
        &mut self,
        number: u64,
        line: &Line,
        reaction: &Reaction,
        pattern: Option<&Pattern>,
    ) -> io::Result<Option<Vec<u8>>> {
        let is_any_pattern = !self.args.summary;
        self.minimise(number, &line.octets, |trial| {
            let is_same = trial.reaction == *reaction;
            let found = || trial.finding().map(|(pattern, _)| pattern);
            is_same && (is_any_pattern || found().as_ref() == pattern)
        })
    }

    /// Makes the example of each pattern as short as it can be. What is left may have less than the pattern
    /// says, and so another one, which covers it.
    fn minimise_examples(&mut self) -> io::Result<()> {
        for candidate in self.summary.candidates() {
            if self.is_over || interrupt::is_interrupted() {
                break;
            }
            let mut pattern = candidate.pattern.clone();
            let mut shorter = None;
            let minimised = self.minimise(candidate.number, &candidate.example, |trial| {
                let found = trial.finding();
                let found = found.filter(|(found, _)| found.covers(&pattern));
                let is_same = found.is_some();
                if let Some((found, differs)) = found {
                    pattern = found;
                    shorter = Some((trial.reaction.to_string(), differs));
                }
                is_same
            })?;
            if let (Some(example), Some((target, differs))) = (minimised, shorter) {
                let anyway = self.refused_anyway(candidate.number, &example, &pattern)?;
                if anyway.is_some() {
                    continue;
                }
                let shorter = Shorter {
                    pattern,
                    goes_on: self.messages.go_on(&example),
                    example,
                    target,
                    differs,
                };
                self.summary.shorten(&candidate.pattern, shorter);
            }
        }
        self.summary.merge();
        Ok(())
    }

    /// The least octets of a record with which the target still does the same, as far as they are
    /// known; or `None` if it does not do so again. A line ending that headers follow stays.
    fn minimise(
        &mut self,
        number: u64,
        record: &[u8],
        mut is_same: impl FnMut(&Trial) -> bool,
    ) -> io::Result<Option<Vec<u8>>> {
        let (args, messages, target) = (self.args, &self.messages, &mut self.target);
        let (line, ending) = messages.split_ending(record);
        let (pace, progress) = (&mut self.pace, self.out.progress().clone());
        let deadline = Instant::now() + args.minimise_time;
        let mut does = |octets: &[u8]| {
            progress.advance(0);
            pace.wait();
            target.make_ready(args.recover())?;
            if interrupt::is_interrupted() {
                return Ok(None);
            }
            let sent = messages.message(&[octets, ending].concat(), number);
            let trial = target.trial(sent, number)?;
            Ok(trial.map(|trial| is_same(&trial)))
        };
        let minimised = match does(line) {
            Ok(Some(true)) => minimise(line, args.minimise_runs, deadline, &mut does).map(Some),
            Ok(_) => Ok(None),
            Err(error) => Err(error),
        };
        match minimised {
            Ok(Some(minimised)) => {
                if !minimised.complete && interrupt::is_interrupted() {
                    self.say("interrupted: the line may get shorter")?;
                } else if !minimised.complete {
                    self.say(
                        "the line may get shorter with more --minimise-runs or --minimise-time",
                    )?;
                }
                return Ok(Some([&minimised.octets, ending].concat()));
            }
            Ok(None) if interrupt::is_interrupted() => {
                self.say("interrupted: the line was not made shorter")?;
            }
            Ok(None) => self
                .say("the target does not do the same again, so the line cannot be made shorter")?,
            Err(error) => self.fail(&error)?,
        }
        Ok(None)
    }

    fn say(&self, message: &str) -> io::Result<()> {
        self.out.say(text(message.as_bytes()))
    }
}

/// Tries each message on a program and hands on what comes of it. Whether there can be more.
fn run_all(
    program: &mut Program,
    messages: &[Vec<u8>],
    pace: &mut Pace,
    trials: &SyncSender<io::Result<Option<Trial>>>,
) -> bool {
    let mut rest = messages;
    while !rest.is_empty() {
        pace.wait();
        let (mut count, mut is_wanted) = (0, true);
        let run = program.run(rest, &mut |sent, run| {
            count += 1;
            is_wanted &= trials.send(Ok(Some(Trial::of_run(sent, run)))).is_ok();
        });
        if run.is_err() || count == 0 {
            let _ = trials.send(run.map(|()| None));
            return false;
        }
        if !is_wanted {
            return false;
        }
        rest = rest.get(count..).unwrap_or_default();
    }
    true
}

/// Keeps to a rate, by waiting.
struct Pace {
    pause: Duration,
    next: Instant,
}

impl Pace {
    /// The pace of one of `workers` that share a rate, in lines a second.
    fn new(rate: Option<u32>, workers: usize) -> Self {
        let workers = u32::try_from(workers).unwrap_or(u32::MAX);
        let pause = rate.map_or(Duration::ZERO, |rate| {
            (Duration::from_secs(1) / rate).saturating_mul(workers)
        });
        Self {
            pause,
            next: Instant::now(),
        }
    }

    fn wait(&mut self) {
        thread::sleep(self.next.saturating_duration_since(Instant::now()));
        self.next = self.next.max(Instant::now()) + self.pause;
    }
}
