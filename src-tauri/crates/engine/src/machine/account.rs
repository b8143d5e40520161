//! Signing in and out: one attempt at a time, and nothing of one account is ever read into another.

use jiff::Zoned;

use super::{Engine, Trouble, farewell::Then, writing::Straggler};
use crate::{Account, Code, Effect, Failure, Grants, Memory, Reply, Ticket};

#[derive(Debug)]
pub(super) struct SignInAttempt {
    number: u64,
    pub(super) url: Option<String>,
    pub(super) code: Option<String>,
    tickets: Vec<Ticket>,
}

impl Engine {
    pub(super) fn start_sign_in(
        &mut self,
        ticket: Ticket,
        by_code: bool,
        session_only: bool,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(earlier) = self.sign_in.take() {
            self.reply_cancelled(earlier, effects);
        }
        self.attempts += 1;
        self.sign_in_failed = None;
        self.sign_in = Some(SignInAttempt {
            number: self.attempts,
            url: None,
            code: None,
            tickets: vec![ticket],
        });
        effects.push(Effect::SignIn {
            attempt: self.attempts,
            by_code,
            session_only,
            login_hint: self.memory.account.as_ref().map(|account| account.username.clone()),
        });
    }

    pub(super) fn reply_cancelled(&self, attempt: SignInAttempt, effects: &mut Vec<Effect>) {
        let cancelled = Failure::of(Code::SignInCancelled);
        effects.extend(
            attempt
                .tickets
                .into_iter()
                .map(|ticket| self.refuse(ticket, &cancelled)),
        );
    }

    pub(super) fn sign_in_waits(&mut self, number: u64, url: String, code: Option<String>) {
        if let Some(attempt) = self.sign_in.as_mut().filter(|attempt| attempt.number == number) {
            attempt.url = Some(url);
            attempt.code = code;
        }
    }

    pub(super) fn signed_in(
        &mut self,
        now: &Zoned,
        number: u64,
        result: Result<(Account, Grants), Failure>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(attempt) = self.sign_in.take_if(|attempt| attempt.number == number) else {
            return;
        };
        let reply = match result {
            Ok((account, grants)) => {
                self.leave_account(effects);
                let earlier = self.memory.account.replace(account.clone());
                if let Some(earlier) = earlier.filter(|earlier| !earlier.is_same_person(&account)) {
                    self.forget_person();
                    self.memory.account = Some(account);
                    effects.push(Effect::Forget(earlier));
                }
                self.memory.read_only = !grants.write;
                self.session_only = !grants.kept;
                self.reads_buildings = self.settings.reads_buildings && grants.places;
                self.memory.buildings_read_at = None;
                self.problem = None;
                self.renew_session_at = None;
                self.polling.soon(now.timestamp());
                Reply::Done
            }
            // The state from before stays: nothing was connected, nothing was lost.
            Err(failure) => {
                let reply = Reply::Failed(failure.trouble(self.settings.language));
                self.sign_in_failed = Some(failure).filter(|failure| failure.code != Code::SignInCancelled);
                reply
            }
        };
        effects.extend(
            attempt
                .tickets
                .into_iter()
                .map(|ticket| Effect::Reply(ticket, reply.clone())),
        );
    }

    /// The account stays until its token is gone, so that a keychain that refused can be asked again.
    pub(super) fn sign_out(&mut self, now: &Zoned, ticket: Ticket, effects: &mut Vec<Effect>) {
        self.sign_in_failed = None;
        if self.is_signing_out() {
            return self.signing_out.push((self.epoch, ticket));
        }
        self.leaving.push(ticket);
        self.take_leave(now, Then::SignOut, effects);
    }

    /// The token of the present account is being deleted.
    pub(super) fn is_signing_out(&self) -> bool {
        self.signing_out.iter().any(|(epoch, _)| *epoch == self.epoch)
    }

    /// Forgets the account, now that nothing is left to be closed in its name.
    pub(super) fn leave(&mut self, effects: &mut Vec<Effect>) {
        let account = self.memory.account.clone();
        self.leave_account(effects);
        // Closed, or about to be without anybody to tell: should the account stay, it is opened anew.
        self.memory.session_until = None;
        self.polling.stop();
        let leaving = std::mem::take(&mut self.leaving);
        self.signing_out
            .extend(leaving.into_iter().map(|ticket| (self.epoch, ticket)));
        effects.push(Effect::SignOut {
            epoch: self.epoch,
            account,
        });
    }

    pub(super) fn signed_out(
        &mut self,
        now: &Zoned,
        epoch: u64,
        result: Result<(), Failure>,
        effects: &mut Vec<Effect>,
    ) {
        let asked: Vec<_> = self.signing_out.extract_if(.., |(of, _)| *of == epoch).collect();
        // Otherwise somebody has signed in in the meantime.
        if epoch == self.epoch {
            if result.is_ok() {
                self.forget_person();
                let known = self.problem.take();
                let known = known.filter(|trouble| trouble.failure.code == Code::NotSignedIn);
                self.problem = known.or(Some(Trouble::new(Failure::of(Code::NotSignedIn), now)));
            } else {
                self.look_soon(now);
            }
        }
        let reply = self.reply(result);
        effects.extend(
            asked
                .into_iter()
                .map(|(_, ticket)| Effect::Reply(ticket, reply.clone())),
        );
    }

    /// Whatever is under way belongs to the account that is left. What was kept for it stays: it may come back.
    fn leave_account(&mut self, effects: &mut Vec<Effect>) {
        if let Some(number) = self.writing.take() {
            self.straggler = Some(Straggler::of(self.epoch, self.now));
            let left = self.memory.waiting.iter().find(|waiting| waiting.number == number);
            self.memory
                .written
                .extend(left.map(|left| (left.intent.clone(), self.now)));
        }
        self.epoch += 1;
        self.presence = None;
        self.read_at = None;
        self.stale_after = None;
        self.reading = None;
        self.reading_buildings = false;
        self.accepted.clear();
        self.clearing.clear();
        self.doubted.clear();
        self.over = None;
        self.overtaken = None;
        let failure = Failure::of(Code::NotSignedIn);
        let answered = self.memory.waiting.extract_if(.., |waiting| !waiting.stays(self.now));
        let answered: Vec<_> = answered.collect();
        for waiting in answered.iter().rev() {
            self.memory.asked.take_over(waiting.intent.subject(), &waiting.before);
        }
        let tickets = answered.into_iter().filter_map(|waiting| waiting.ticket);
        let left: Vec<Ticket> = tickets.chain(self.readers.drain(..)).collect();
        effects.extend(left.into_iter().map(|ticket| self.refuse(ticket, &failure)));
    }

    /// Nothing of one person is left for the next.
    fn forget_person(&mut self) {
        self.notices.clear();
        self.untold.clear();
        self.today.clear();
        self.memory = Memory::default();
    }
}
