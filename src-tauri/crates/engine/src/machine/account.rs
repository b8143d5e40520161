//! Signing in and out: one attempt at a time, and nothing of one account is ever read into another.

use jiff::Zoned;

use super::{Engine, Trouble};
use crate::{Account, Asked, Code, Effect, Failure, Reply, Ticket};

#[derive(Debug)]
pub(super) struct SignInAttempt {
    number: u64,
    pub(super) url: Option<String>,
    tickets: Vec<Ticket>,
}

impl Engine {
    pub(super) fn start_sign_in(&mut self, ticket: Ticket, effects: &mut Vec<Effect>) {
        if let Some(earlier) = self.sign_in.take() {
            self.reply_cancelled(earlier, effects);
        }
        self.attempts += 1;
        self.sign_in = Some(SignInAttempt {
            number: self.attempts,
            url: None,
            tickets: vec![ticket],
        });
        effects.push(Effect::SignIn {
            attempt: self.attempts,
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

    pub(super) fn sign_in_waits(&mut self, number: u64, url: String) {
        if let Some(attempt) = self.sign_in.as_mut().filter(|attempt| attempt.number == number) {
            attempt.url = Some(url);
        }
    }

    pub(super) fn signed_in(
        &mut self,
        now: &Zoned,
        number: u64,
        result: Result<Account, Failure>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(attempt) = self.sign_in.take_if(|attempt| attempt.number == number) else {
            return;
        };
        let reply = match result {
            Ok(account) => {
                if self
                    .memory
                    .account
                    .as_ref()
                    .is_none_or(|known| !known.is_same_person(&account))
                {
                    self.memory.asked = Asked::default();
                }
                self.change_account(Some(account), effects);
                self.problem = None;
                self.polling.soon(now.timestamp());
                Reply::Done
            }
            // The state from before stays: nothing was connected, nothing was lost.
            Err(failure) => Reply::Failed(failure.trouble(self.settings.language)),
        };
        effects.extend(
            attempt
                .tickets
                .into_iter()
                .map(|ticket| Effect::Reply(ticket, reply.clone())),
        );
    }

    pub(super) fn sign_out(&mut self, now: &Zoned, ticket: Ticket, effects: &mut Vec<Effect>) {
        let account = self.memory.account.clone();
        self.memory.asked = Asked::default();
        self.change_account(None, effects);
        self.polling.stop();
        self.problem = Some(Trouble::new(Failure::of(Code::NotSignedIn), now));
        self.signing_out.push(ticket);
        effects.push(Effect::SignOut(account));
    }

    /// Whatever was under way belonged to somebody else.
    fn change_account(&mut self, account: Option<Account>, effects: &mut Vec<Effect>) {
        self.memory.account = account;
        self.epoch += 1;
        self.presence = None;
        self.read_at = None;
        self.reading = false;
        let left: Vec<Ticket> = self
            .writes
            .drain(..)
            .map(|queued| queued.ticket)
            .chain(self.readers.drain(..))
            .collect();
        let failure = Failure::of(Code::NotSignedIn);
        effects.extend(left.into_iter().map(|ticket| self.refuse(ticket, &failure)));
    }
}
