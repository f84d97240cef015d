"""The steps that make schema 3: votes in two layers, turns with a history, the voter's guesses."""

from __future__ import annotations

from sqlite_utils import Database

from local_db.migration_steps import append_only, run, steps


@steps()
def votes_say_more_than_who_was_better(db: Database) -> None:
    run(
        db,
        # Good or bad by side, and reason codes.
        "ALTER TABLE vote ADD COLUMN judged TEXT CHECK (judged IS NULL OR json_valid(judged))",
        # Reading order, scrolling and focus from both answers fully shown to the vote.
        "ALTER TABLE vote ADD COLUMN facts TEXT CHECK (facts IS NULL OR json_valid(facts))",
    )


@steps()
def turns_say_what_both_systems_knew(db: Database) -> None:
    run(
        db,
        # Whose answers the systems were told of as their own; NULL where no turn came before.
        "ALTER TABLE turn ADD COLUMN history TEXT CHECK (history IN ('separate', 'a', 'b'))",
    )


@steps()
def guesses(db: Database) -> None:
    run(
        db,
        """CREATE TABLE guess (
  id TEXT PRIMARY KEY,
  battle_id TEXT NOT NULL REFERENCES battle (id),
  slot TEXT NOT NULL CHECK (slot IN ('a', 'b')),
  fingerprint TEXT REFERENCES system (fingerprint),  -- NULL: the participant did not know
  choices TEXT NOT NULL CHECK (json_valid(choices)),  -- fingerprints that could be chosen
  UNIQUE (battle_id, slot)
) STRICT""",
        """CREATE TRIGGER guess_comes_after_the_vote BEFORE INSERT ON guess
WHEN NOT EXISTS (
  SELECT 1 FROM battle_end WHERE battle_id = NEW.battle_id AND state = 'voted'
) BEGIN
  SELECT RAISE(ABORT, 'guess: its battle was not voted on');
END""",
    )
    append_only(db, "guess")
    run(db, "PRAGMA user_version = 3")
