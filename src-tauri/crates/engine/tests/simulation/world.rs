//! One run: a clock, a tenant, a computer with a process that lives and dies, and everything that happens to them.

use engine::{Code, Command, Effect, Engine, Failure, Input, Memory, Settings, Signal, Snapshot, Ticket};
use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use simulator::tenant::{
    calendar::{AutomaticReplies, Event as Appointment, ShowAs},
    presence::Pair,
};

use crate::{
    dice::Dice,
    script::{self, Event, Script},
    tenant::{House, account, person_of},
    weather::Weather,
    wire::{self, Flight, Outcome, Request, Stage},
    witness::{Broken, Facts, Step, Witness},
};

/// A run under way.
pub(crate) struct World<'s> {
    script: &'s Script,
    next: usize,
    dice: Dice,
    now: Timestamp,
    /// The computer's clock is this far ahead of the tenant's.
    skew: SignedDuration,
    zone: TimeZone,
    house: House,
    weather: Weather,
    flights: Vec<Flight>,
    process: Option<Process>,
    processes: u64,
    disk: Disk,
    /// When the program is started again.
    back_at: Option<Timestamp>,
    asleep_until: Option<Timestamp>,
    /// The driver notices nothing before this: its sleep goes on.
    dull_until: Timestamp,
    /// When the driver finds that the clock was set.
    jump_noticed_at: Option<Timestamp>,
    crash: Option<(usize, SignedDuration)>,
    away: SignedDuration,
    sign_in: (usize, bool, SignedDuration),
    unsure: Option<Timestamp>,
    ticks: (Timestamp, u32),
    calm_since: Option<Timestamp>,
    witness: Witness,
    /// Every step is printed.
    pub(crate) trace: bool,
    /// Counted for the figures.
    pub(crate) tally: Tally,
}

/// What a run took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) steps: u64,
    pub(crate) reads: u64,
    pub(crate) writes: u64,
}

struct Process {
    engine: Engine,
    shown: Snapshot,
    tickets: u64,
}

/// What outlives the process.
struct Disk {
    memory: String,
    keep_alive: bool,
}

/// Steps without progress of time; more is a spin.
const MOST_TICKS: u32 = 8;
/// A connection ends with its process; what the tenant has of it by then, it works off at once. No person starts a program anew before.
const LINGERS: SignedDuration = SignedDuration::from_millis(900);
/// After the script everything is well for this long.
const CALM: SignedDuration = SignedDuration::from_mins(75);

impl<'s> World<'s> {
    pub(crate) fn new(script: &'s Script) -> World<'s> {
        let now = script.start;
        World {
            script,
            next: 0,
            dice: Dice::new(script.seed, 2),
            now,
            skew: SignedDuration::ZERO,
            zone: TimeZone::get(script.zone).unwrap(),
            house: House::new(now, script.lag),
            weather: Weather::default(),
            flights: Vec::new(),
            process: None,
            processes: 0,
            disk: Disk {
                memory: serde_json::to_string(&Memory::of(account(0))).unwrap(),
                keep_alive: false,
            },
            back_at: Some(now),
            asleep_until: None,
            dull_until: now,
            jump_noticed_at: None,
            crash: None,
            away: SignedDuration::ZERO,
            sign_in: (0, true, SignedDuration::ZERO),
            unsure: None,
            ticks: (now, 0),
            calm_since: None,
            witness: Witness::new(),
            trace: false,
            tally: Tally::default(),
        }
    }

    /// Lives through the script and the calm after it.
    pub(crate) fn run(&mut self) -> Result<(), Broken> {
        let end = self.script.start + self.script.length;
        self.run_until(end)?;
        self.calm();
        self.run_until(self.now.max(end) + CALM)?;
        let calm_since = self.calm_since.unwrap_or(end);
        let facts = self.facts();
        let shown = self.process.as_ref().map(|process| &process.shown);
        self.witness.says_goodbye(&facts, calm_since, shown)
    }

    fn run_until(&mut self, end: Timestamp) -> Result<(), Broken> {
        loop {
            let script = self.script_at();
            let flight = self.flight_at();
            let due = [
                script,
                flight,
                self.back_at,
                self.asleep_until,
                self.jump_noticed_at,
                self.tick_at(),
            ];
            let at = due.into_iter().flatten().min().filter(|at| *at < end);
            let Some(at) = at else {
                self.now = self.now.max(end);
                return Ok(());
            };
            self.now = self.now.max(at);
            if script.is_some_and(|due| due <= at) {
                let event = self.script.events[self.next].1.clone();
                self.next += 1;
                self.happens(event)?;
            } else if self.asleep_until.is_some_and(|due| due <= at) {
                self.asleep_until = None;
            } else if self.back_at.is_some_and(|due| due <= at) {
                self.start()?;
            } else if flight.is_some_and(|due| due <= at) {
                self.fly()?;
            } else if self.jump_noticed_at.take_if(|due| *due <= at).is_some() {
                self.step(Input::Signal(Signal::Resumed))?;
            } else {
                self.tick()?;
            }
        }
    }

    fn script_at(&self) -> Option<Timestamp> {
        let (since, _) = self.script.events.get(self.next)?;
        self.calm_since.is_none().then(|| self.script.start + *since)
    }

    fn flight_at(&self) -> Option<Timestamp> {
        self.flights.iter().map(|flight| flight.at).min()
    }

    fn tick_at(&self) -> Option<Timestamp> {
        let deadline = self.process.as_ref()?.engine.deadline()?;
        let at = deadline.checked_sub(self.skew).unwrap_or(deadline);
        Some(at.max(self.dull_until).max(self.now))
    }

    fn wall(&self) -> Zoned {
        (self.now + self.skew).to_zoned(self.zone.clone())
    }

    fn tick(&mut self) -> Result<(), Broken> {
        let (at, ticks) = &mut self.ticks;
        *ticks = if *at == self.now { *ticks + 1 } else { 0 };
        *at = self.now;
        if *ticks > MOST_TICKS {
            return Err(Broken::new(
                "deadlines never lie in the past without progress",
                format!("{ticks} ticks at one moment"),
            ));
        }
        self.step(Input::Tick)
    }

    fn start(&mut self) -> Result<(), Broken> {
        self.back_at = None;
        self.processes += 1;
        let settings = Settings {
            polls: true,
            keep_alive: self.disk.keep_alive,
            seed: self.dice.draw(),
            presets: script::presets(),
            ..Settings::default()
        };
        let memory = serde_json::from_str(&self.disk.memory).unwrap();
        let engine = Engine::new(settings, memory, &self.wall());
        self.process = Some(Process {
            shown: engine.snapshot(),
            engine,
            tickets: 0,
        });
        self.witness.sees_start(self.now);
        self.step(Input::StartAtLogin(Ok(Some(false))))?;
        self.step(Input::Tick)
    }

    /// The process is gone, with all it waited for.
    fn die(&mut self, away: SignedDuration) {
        if self.process.take().is_some() {
            self.witness.sees_death(self.now);
        }
        self.back_at = Some(self.now + away);
        let (dice, now) = (&mut self.dice, self.now);
        // What is on its way to the tenant may still arrive, soon; what waited to be tried again is not tried any more.
        self.flights
            .retain(|flight| matches!(flight.stage, Stage::Sent(_)) && flight.leaves <= now && dice.percent(80));
        for flight in &mut self.flights {
            flight.at = flight.at.min(now + LINGERS);
        }
    }

    fn facts(&self) -> Facts {
        let shown = self.process.as_ref().map(|process| &process.shown);
        let person = shown.and_then(|shown| shown.account.as_ref()).and_then(person_of);
        Facts {
            now: self.now,
            session_until: person.and_then(|person| self.house.session(person, self.now)),
            unsure: self.unsure,
        }
    }

    fn step(&mut self, input: Input) -> Result<(), Broken> {
        let wall = self.wall();
        let Some(process) = &mut self.process else {
            return Ok(());
        };
        self.tally.steps += 1;
        let given = input.clone();
        let effects = process.engine.step(&wall, input);
        let shown = process.engine.snapshot();
        let before = std::mem::replace(&mut process.shown, shown);
        let deadline = process.engine.deadline();
        let crash = if effects.is_empty() { None } else { self.crash.take() };
        let forgotten = matches!(crash, Some((0, _))).then(|| self.witness.clone());
        let facts = self.facts();
        let step = Step {
            facts: &facts,
            wall: &wall,
            input: &given,
            effects: &effects,
            before: &before,
            after: &self.process.as_ref().unwrap().shown,
            deadline,
        };
        if self.trace {
            eprintln!("  {} {given:?}\n      {effects:?}", self.now);
        }
        self.witness.sees(&step)?;
        if let Some(forgotten) = forgotten {
            self.witness = forgotten;
        }
        let performed = crash.map_or(usize::MAX, |(performed, _)| performed);
        for effect in effects.into_iter().take(performed) {
            self.perform(effect);
        }
        if let Some((_, away)) = crash {
            self.die(away);
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) {
        let Some(process) = &self.process else { return };
        let person = process.shown.account.as_ref().and_then(person_of);
        match effect {
            Effect::Read { epoch } => {
                self.tally.reads += 1;
                self.send(Request::Read { epoch, person });
            }
            Effect::Write { epoch, write } => {
                self.tally.writes += 1;
                self.send(Request::Write { epoch, person, write });
            }
            Effect::SignIn { attempt, .. } => {
                self.flights
                    .retain(|flight| !matches!(flight.request, Request::SignIn { .. }));
                let (person, write, takes) = self.sign_in;
                self.send(Request::SignIn { attempt, person, write });
                if let Some(flight) = self.flights.last_mut() {
                    flight.at = self.now + takes;
                }
            }
            Effect::CancelSignIn => self
                .flights
                .retain(|flight| !matches!(flight.request, Request::SignIn { .. })),
            Effect::SignOut { epoch, account } => {
                let person = account.as_ref().and_then(person_of);
                self.send(Request::SignOut { epoch, person });
            }
            Effect::Forget(account) => {
                if let Some(person) = person_of(&account) {
                    self.house.token[person] = false;
                }
            }
            Effect::Save(memory) => self.disk.memory = serde_json::to_string(&memory).unwrap(),
            Effect::SaveKeepAlive(on) => self.disk.keep_alive = on,
            // Comes back at once, as the driver's own inbox brings it.
            Effect::SetStartAtLogin(on) => {
                self.flights.push(Flight {
                    process: self.processes,
                    request: Request::SignOut { epoch: 0, person: None },
                    begun: self.now,
                    retries: 0,
                    leaves: self.now,
                    stage: Stage::Answered(Box::new(Input::StartAtLogin(Ok(Some(on))))),
                    at: self.now,
                });
            }
            Effect::Quit => self.die(self.away),
            // Nobody in the simulation changes the settings.
            Effect::ChangeSettings(..)
            | Effect::ReadBuildings { .. }
            | Effect::Reply(..)
            | Effect::Notify(_)
            | Effect::Withdraw(_)
            | Effect::OpenFlyout(_) => {}
        }
    }

    fn send(&mut self, request: Request) {
        let is_write = matches!(request, Request::Write { .. });
        let fate = self.weather.fate(self.now, is_write, &mut self.dice);
        self.flights.push(Flight {
            process: self.processes,
            request,
            begun: self.now,
            retries: 0,
            leaves: self.now,
            at: self.now + fate.there,
            stage: Stage::Sent(fate),
        });
    }

    /// The first flight comes to its next stage.
    fn fly(&mut self) -> Result<(), Broken> {
        let first = (0..self.flights.len()).min_by_key(|at| self.flights[*at].at);
        let Some(first) = first else { return Ok(()) };
        let mut flight = self.flights.remove(first);
        let fate = match flight.stage {
            Stage::Answered(input) => {
                return if flight.process == self.processes {
                    self.step(*input)
                } else {
                    Ok(())
                };
            }
            Stage::Sent(ref fate) => fate.clone(),
        };
        let input = self.handle(&flight.request, &fate);
        flight.at = self.now + fate.back;
        let is_waited_for = self.process.is_some() && flight.process == self.processes;
        if let Input::Wrote { result, .. } = &input
            && is_waited_for
        {
            let gives_up = flight.gives_up();
            let again = result
                .as_ref()
                .err()
                .and_then(|failure| flight.pause(failure, flight.at));
            if let Some(pause) = again {
                flight.leaves = flight.at + pause;
                let fate = self.weather.fate(flight.leaves, true, &mut self.dice);
                flight.retries += 1;
                flight.at = flight.leaves + fate.there;
                flight.stage = Stage::Sent(fate);
                if flight.at < gives_up {
                    self.flights.push(flight);
                    return Ok(());
                }
            }
            if flight.at >= gives_up {
                let Input::Wrote { epoch, .. } = input else {
                    return Ok(());
                };
                flight.at = gives_up.max(self.now);
                flight.stage = Stage::Answered(Box::new(Input::Wrote {
                    epoch,
                    result: Err(Failure::of(Code::Unreachable)),
                }));
                self.flights.push(flight);
                return Ok(());
            }
        }
        flight.stage = Stage::Answered(Box::new(input));
        self.flights.push(flight);
        Ok(())
    }

    /// What the tenant makes of a request, and what is made of that on its way back.
    fn handle(&mut self, request: &Request, fate: &crate::weather::Fate) -> Input {
        let lost = |outcome| match (&fate.failure, outcome) {
            (Some(failure), _) => Err(failure.clone()),
            (None, outcome) => outcome,
        };
        let done = fate.done || fate.failure.is_none();
        match *request {
            Request::Read { epoch, person } => Input::Read {
                epoch,
                result: match self.may(person) {
                    Ok(person) if done => {
                        let presence = self.house.read(person, self.now, fate);
                        fate.failure.clone().map_or(Ok(presence), Err)
                    }
                    outcome => Err(fate.failure.clone().or(outcome.err()).unwrap()),
                },
            },
            Request::Write {
                epoch,
                person,
                ref write,
            } => Input::Wrote {
                epoch,
                result: match self.may(person) {
                    Ok(person) if done => {
                        let result = self.house.write(person, self.now, write, fate);
                        if result.is_ok() && fate.failure.is_some() {
                            self.unsure = Some(self.now);
                        }
                        lost(result)
                    }
                    outcome => Err(fate.failure.clone().or(outcome.err()).unwrap()),
                },
            },
            Request::SignIn { attempt, person, write } => {
                if fate.failure.is_some() {
                    let result = Err(Failure::of(Code::SignInTimedOut));
                    return Input::SignedIn { attempt, result };
                }
                self.house.token[person] = true;
                wire::signed_in(attempt, account(person), write)
            }
            Request::SignOut { epoch, person } => Input::SignedOut {
                epoch,
                result: lost(Ok(())).map(|()| {
                    if let Some(person) = person {
                        self.house.token[person] = false;
                    }
                }),
            },
        }
    }

    fn may(&self, person: Option<usize>) -> Outcome<usize> {
        match person {
            None => Err(Failure::of(Code::NotSignedIn)),
            Some(person) if !self.house.token[person] => Err(Failure::of(Code::SignInNeeded)),
            Some(person) => Ok(person),
        }
    }

    fn command(&mut self, command: Command) -> Result<(), Broken> {
        let Some(process) = &mut self.process else {
            return Ok(());
        };
        process.tickets += 1;
        let ticket = Ticket(process.tickets);
        self.step(Input::Command(ticket, command))
    }

    fn happens(&mut self, event: Event) -> Result<(), Broken> {
        let awake = self.asleep_until.is_none();
        match event {
            // Nobody is at a computer that sleeps.
            Event::Command(command) if awake => self.command(command)?,
            Event::SignIn { person, write, takes } if awake => {
                self.sign_in = (person, write, takes);
                self.command(Command::SIGN_IN)?;
            }
            Event::Attended(attended) if awake => self.step(Input::Attended(attended))?,
            Event::Signal(signal) if awake => self.step(Input::Signal(signal))?,
            Event::Crash { performed, away } if awake && self.process.is_some() => self.crash = Some((performed, away)),
            Event::Quit { away } if awake => {
                self.away = away;
                self.command(Command::Quit)?;
            }
            Event::Sleep { length, told } if awake => self.sleep(length, told),
            Event::Clock(by) if awake => {
                self.witness.sees_clock(by);
                self.skew += by;
                self.jump(true);
            }
            Event::Travel(zone) => self.zone = TimeZone::get(zone).unwrap(),
            Event::Weather { kind, percent, length } => self.weather.begin(kind, percent, self.now + length),
            Event::Lag(lag) => self.house.set_lag(lag),
            Event::Revoke => self.house.token[0] = false,
            event => self.happens_in_teams(&event),
        }
        Ok(())
    }

    fn happens_in_teams(&mut self, event: &Event) {
        let now = self.now;
        match *event {
            Event::Prefer(None) => self.house.change(0, now).presence.clear_preferred(),
            Event::Prefer(Some((value, length))) => {
                let (availability, activity) = value.wire();
                let pair = Pair::new(availability, activity);
                let length = format!("PT{}S", length.as_secs());
                let set = self
                    .house
                    .change(0, now)
                    .presence
                    .set_preferred(&pair, Some(&length), now);
                set.unwrap();
            }
            Event::Message(message) => {
                let (text, length) = message.unwrap_or(("", None));
                self.house
                    .message_in_teams(now, text, length.map(|length| now + length));
            }
            Event::Location(kind) => {
                let location = simulator::tenant::location::Location::new(kind, None).unwrap();
                self.house.change(0, now).locations.set_manual(location, now);
            }
            Event::Teams(client, report) => {
                let report = report.map(|(availability, activity)| Pair::new(availability, activity));
                self.house.change(0, now).presence.set_teams_client(client, report, now);
            }
            Event::Meeting(length) => {
                let calendar = &mut self.house.change(0, now).calendar;
                calendar.events.retain(|event| event.end > now);
                calendar.events.push(Appointment {
                    start: now,
                    end: now + length,
                    shows: ShowAs::Busy,
                    meeting: true,
                });
            }
            Event::OutOfOffice(out) => {
                self.house.change(0, now).calendar.replies = out.then(|| AutomaticReplies {
                    message: "Back on Monday".into(),
                    from: None,
                    until: None,
                });
            }
            // The others happen at the computer.
            _ => return,
        }
        self.witness.sees_teams(now, event);
    }

    fn sleep(&mut self, length: SignedDuration, told: bool) {
        let awake = self.now + length;
        self.asleep_until = Some(awake);
        for flight in &mut self.flights {
            flight.sleeps_until(awake, &mut self.dice);
        }
        self.back_at = self.back_at.map(|at| at.max(awake));
        self.dull_until = awake;
        self.jump(told);
        self.jump_noticed_at = self.jump_noticed_at.map(|at| at + length);
        self.dull_until = awake;
        self.witness.sees_sleep(length);
    }

    /// The driver, which never sleeps for more than 30 seconds, finds that the clock is not where it should be; the system may tell at once.
    fn jump(&mut self, told: bool) {
        let most = if told { 1 } else { 30 };
        self.jump_noticed_at = Some(self.now + self.dice.seconds(0, most));
        self.witness.sees_jump(self.now);
    }

    /// From now on nothing goes wrong, and nobody does anything.
    fn calm(&mut self) {
        self.weather.clear();
        self.house.set_lag(SignedDuration::ZERO);
        self.crash = None;
        self.now = self.asleep_until.take().unwrap_or(self.now);
        self.back_at = self.back_at.map(|_| self.now + LINGERS + LINGERS);
        self.calm_since = Some(self.now);
        self.witness.sees_jump(self.now);
    }
}
