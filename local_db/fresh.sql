-- Written by `python -m local_db.fresh`; do not edit.

BEGIN;

CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,  -- 1, 2, 3 … in the order of commits; the only order that counts
  noun TEXT NOT NULL,       -- the table the row is in
  row_id TEXT NOT NULL,
  at_utc TEXT NOT NULL,     -- wall clock, a label
  salt BLOB CHECK (length(salt) = 16),             -- NULL once the row was erased
  digest BLOB NOT NULL CHECK (length(digest) = 32),  -- of salt and content
  link BLOB NOT NULL CHECK (length(link) = 32),      -- of the link before and this event
  UNIQUE (noun, row_id)
) STRICT;

CREATE TRIGGER event_comes_next BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event) BEGIN
  SELECT RAISE(ABORT, 'events are numbered without gaps');
END;

CREATE TRIGGER event_only_loses_its_salt BEFORE UPDATE ON event
WHEN NEW.salt IS NOT NULL OR (NEW.seq, NEW.noun, NEW.row_id, NEW.at_utc, NEW.digest, NEW.link)
  IS NOT (OLD.seq, OLD.noun, OLD.row_id, OLD.at_utc, OLD.digest, OLD.link) BEGIN
  SELECT RAISE(ABORT, 'an event is never changed; erasing takes its salt');
END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN
  SELECT RAISE(ABORT, 'events are never deleted');
END;

CREATE TABLE station (
  id TEXT PRIMARY KEY,
  made_by TEXT NOT NULL  -- version of the program that made the file
) STRICT;

CREATE TABLE erasure (
  id TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  seqs TEXT NOT NULL CHECK (json_valid(seqs))  -- numbers of the events whose rows and salts went
) STRICT;

CREATE TRIGGER station_is_never_changed BEFORE UPDATE ON station BEGIN
  SELECT RAISE(ABORT, 'station rows are never changed: add one that supersedes');
END;

CREATE TRIGGER station_goes_only_when_erased BEFORE DELETE ON station
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'station' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'station rows go only when they are erased');
END;

CREATE TRIGGER erasure_is_never_changed BEFORE UPDATE ON erasure BEGIN
  SELECT RAISE(ABORT, 'erasure rows are never changed: add one that supersedes');
END;

CREATE TRIGGER erasure_goes_only_when_erased BEFORE DELETE ON erasure
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'erasure' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'erasure rows go only when they are erased');
END;

CREATE TABLE system (
  fingerprint TEXT PRIMARY KEY CHECK (length(fingerprint) = 64),  -- SHA-256 of id, version, parts
  system TEXT NOT NULL,   -- its id in the catalogue
  version TEXT NOT NULL,
  label TEXT NOT NULL,
  parts TEXT NOT NULL CHECK (json_valid(parts)),  -- engines, models, prompt, settings
  baseline INTEGER NOT NULL CHECK (baseline IN (0, 1)),
  licence TEXT NOT NULL
) STRICT;

CREATE TRIGGER system_is_never_changed BEFORE UPDATE ON system BEGIN
  SELECT RAISE(ABORT, 'system rows are never changed: add one that supersedes');
END;

CREATE TRIGGER system_goes_only_when_erased BEFORE DELETE ON system
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'system' AND row_id = OLD.fingerprint AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'system rows go only when they are erased');
END;

CREATE TABLE participant (
  id TEXT PRIMARY KEY,
  simulated INTEGER NOT NULL CHECK (simulated IN (0, 1))
) STRICT;

CREATE TABLE participant_code (
  id TEXT PRIMARY KEY,
  participant_id TEXT NOT NULL UNIQUE REFERENCES participant (id),
  code TEXT NOT NULL UNIQUE  -- what the researcher calls them; never exported
) STRICT;

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  participant_id TEXT NOT NULL REFERENCES participant (id),
  study TEXT NOT NULL,         -- its id
  study_sha256 TEXT NOT NULL,  -- of the study file; '' when it has none
  battles_planned INTEGER NOT NULL CHECK (battles_planned >= 0),
  seed INTEGER NOT NULL,       -- of the session's draws
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  program_version TEXT NOT NULL
) STRICT;

CREATE INDEX session_of_study ON session (study);

CREATE INDEX session_of_participant ON session (participant_id);

CREATE TABLE session_end (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE REFERENCES session (id),
  reason TEXT NOT NULL
) STRICT;

CREATE TRIGGER participant_is_never_changed BEFORE UPDATE ON participant BEGIN
  SELECT RAISE(ABORT, 'participant rows are never changed: add one that supersedes');
END;

CREATE TRIGGER participant_goes_only_when_erased BEFORE DELETE ON participant
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'participant' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'participant rows go only when they are erased');
END;

CREATE TRIGGER participant_code_is_never_changed BEFORE UPDATE ON participant_code BEGIN
  SELECT RAISE(ABORT, 'participant_code rows are never changed: add one that supersedes');
END;

CREATE TRIGGER participant_code_goes_only_when_erased BEFORE DELETE ON participant_code
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'participant_code' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'participant_code rows go only when they are erased');
END;

CREATE TRIGGER session_is_never_changed BEFORE UPDATE ON session BEGIN
  SELECT RAISE(ABORT, 'session rows are never changed: add one that supersedes');
END;

CREATE TRIGGER session_goes_only_when_erased BEFORE DELETE ON session
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'session' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'session rows go only when they are erased');
END;

CREATE TRIGGER session_end_is_never_changed BEFORE UPDATE ON session_end BEGIN
  SELECT RAISE(ABORT, 'session_end rows are never changed: add one that supersedes');
END;

CREATE TRIGGER session_end_goes_only_when_erased BEFORE DELETE ON session_end
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'session_end' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'session_end rows go only when they are erased');
END;

CREATE TABLE battle (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id),
  number INTEGER NOT NULL CHECK (number >= 1),  -- as the participant counts; a redraw keeps it
  kind TEXT NOT NULL CHECK (kind IN
    ('normal', 'practice', 'same_system', 'same_text', 'swapped_repeat', 'gold')),
  a TEXT NOT NULL REFERENCES system (fingerprint),  -- left
  b TEXT NOT NULL REFERENCES system (fingerprint),  -- right
  seed INTEGER NOT NULL,
  step INTEGER NOT NULL CHECK (step >= 0),          -- draws made from this seed before
  probability REAL NOT NULL CHECK (probability > 0 AND probability <= 1),  -- of this ordered pair
  sampler TEXT NOT NULL,
  sampler_state TEXT NOT NULL CHECK (json_valid(sampler_state)),  -- before the draw
  repeats_battle_id TEXT REFERENCES battle (id),
  simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
  CHECK (kind <> 'normal' OR a <> b)
) STRICT;

CREATE INDEX battle_of_session ON battle (session_id);

CREATE TABLE battle_end (
  id TEXT PRIMARY KEY,
  battle_id TEXT NOT NULL UNIQUE REFERENCES battle (id),  -- a battle ends once
  state TEXT NOT NULL CHECK (state IN ('voted', 'skipped', 'failed', 'abandoned', 'withdrawn')),
  reason TEXT NOT NULL
) STRICT;

CREATE TRIGGER battle_is_never_changed BEFORE UPDATE ON battle BEGIN
  SELECT RAISE(ABORT, 'battle rows are never changed: add one that supersedes');
END;

CREATE TRIGGER battle_goes_only_when_erased BEFORE DELETE ON battle
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'battle' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'battle rows go only when they are erased');
END;

CREATE TRIGGER battle_end_is_never_changed BEFORE UPDATE ON battle_end BEGIN
  SELECT RAISE(ABORT, 'battle_end rows are never changed: add one that supersedes');
END;

CREATE TRIGGER battle_end_goes_only_when_erased BEFORE DELETE ON battle_end
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'battle_end' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'battle_end rows go only when they are erased');
END;

CREATE TABLE take (
  id TEXT PRIMARY KEY,
  session_id TEXT REFERENCES session (id),
  battle_id TEXT REFERENCES battle (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('turn', 'reason')),
  file TEXT NOT NULL,          -- relative to the takes folder, with /
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  duration_ms REAL NOT NULL,
  rate_hz INTEGER NOT NULL,
  channels INTEGER NOT NULL,
  peak_dbfs REAL,              -- NULL: digital silence
  rms_dbfs REAL,               -- NULL: digital silence
  clipped_runs INTEGER NOT NULL,
  zero_runs INTEGER NOT NULL,
  speech_share REAL CHECK (speech_share BETWEEN 0 AND 1),  -- NULL: not measured
  frames_expected INTEGER NOT NULL,  -- rate × monotonic time
  frames_got INTEGER NOT NULL,
  device_start TEXT NOT NULL,
  device_end TEXT NOT NULL,
  verdicts TEXT NOT NULL CHECK (json_valid(verdicts)),
  accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
  facts TEXT NOT NULL CHECK (json_valid(facts))  -- whatever else the recorder measured
) STRICT;

CREATE INDEX take_of_battle ON take (battle_id);

CREATE TABLE take_discard (
  id TEXT PRIMARY KEY,
  take_id TEXT NOT NULL UNIQUE REFERENCES take (id),
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE turn (
  id TEXT PRIMARY KEY,
  battle_id TEXT NOT NULL REFERENCES battle (id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  take_id TEXT NOT NULL REFERENCES take (id),  -- what was said; a replayed take is older
  supersedes TEXT REFERENCES turn (id)
, history TEXT CHECK (history IN ('separate', 'a', 'b'))) STRICT;

CREATE INDEX turn_of_take ON turn (take_id);

CREATE TRIGGER turn_is_in_an_open_battle BEFORE INSERT ON turn
WHEN EXISTS (SELECT 1 FROM battle_end WHERE battle_id = NEW.battle_id) BEGIN
  SELECT RAISE(ABORT, 'turn: the battle has ended');
END;

CREATE TRIGGER take_is_never_changed BEFORE UPDATE ON take BEGIN
  SELECT RAISE(ABORT, 'take rows are never changed: add one that supersedes');
END;

CREATE TRIGGER take_goes_only_when_erased BEFORE DELETE ON take
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'take' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'take rows go only when they are erased');
END;

CREATE TRIGGER take_discard_is_never_changed BEFORE UPDATE ON take_discard BEGIN
  SELECT RAISE(ABORT, 'take_discard rows are never changed: add one that supersedes');
END;

CREATE TRIGGER take_discard_goes_only_when_erased BEFORE DELETE ON take_discard
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'take_discard' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'take_discard rows go only when they are erased');
END;

CREATE TRIGGER turn_is_never_changed BEFORE UPDATE ON turn BEGIN
  SELECT RAISE(ABORT, 'turn rows are never changed: add one that supersedes');
END;

CREATE TRIGGER turn_goes_only_when_erased BEFORE DELETE ON turn
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'turn' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'turn rows go only when they are erased');
END;

CREATE INDEX turn_of_its_own ON turn (battle_id, ordinal);

CREATE UNIQUE INDEX turn_has_one_first ON turn (battle_id, ordinal) WHERE supersedes IS NULL;

CREATE UNIQUE INDEX turn_superseded_once ON turn (supersedes) WHERE supersedes IS NOT NULL;

CREATE TRIGGER turn_supersedes_its_own BEFORE INSERT ON turn
WHEN NEW.supersedes IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM turn WHERE id = NEW.supersedes AND (battle_id, ordinal) IS (NEW.battle_id, NEW.ordinal)
) BEGIN
  SELECT RAISE(ABORT, 'turn: it supersedes one of another battle_id, ordinal');
END;

CREATE TABLE transcript (
  id TEXT PRIMARY KEY,
  take_id TEXT NOT NULL REFERENCES take (id),
  engine TEXT NOT NULL,         -- the recogniser that made it
  model_version TEXT NOT NULL,
  hypotheses TEXT NOT NULL CHECK (json_valid(hypotheses)),
  duration_ms REAL NOT NULL,    -- of the audio that was decoded
  recognise_ms REAL NOT NULL
) STRICT;

CREATE INDEX transcript_of_take ON transcript (take_id);

CREATE TABLE answer (
  id TEXT PRIMARY KEY,
  turn_id TEXT NOT NULL REFERENCES turn (id),
  slot TEXT NOT NULL CHECK (slot IN ('a', 'b')),
  fingerprint TEXT NOT NULL REFERENCES system (fingerprint),
  text TEXT NOT NULL,          -- raw, whatever was painted
  finish TEXT NOT NULL CHECK (finish IN ('stop', 'length', 'cancelled', 'error')),
  error_kind TEXT CHECK (error_kind IN ('needs_download', 'needs_package', 'needs_key', 'gated',
    'out_of_memory', 'audio_empty', 'audio_too_long', 'bad_audio', 'refused', 'rate_limited',
    'network', 'timeout', 'model_retired', 'internal')),
  error_text TEXT NOT NULL,    -- the sentence for the researcher
  transcript_id TEXT REFERENCES transcript (id),
  hypothesis TEXT NOT NULL,    -- which reading of the transcript it used
  served_version TEXT NOT NULL,
  audio_sha256 TEXT NOT NULL,  -- of the bytes the system got
  seed INTEGER NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  packages TEXT NOT NULL CHECK (json_valid(packages)),
  weights TEXT NOT NULL CHECK (json_valid(weights)),
  timings TEXT NOT NULL CHECK (json_valid(timings)),
  prompt_tokens INTEGER,
  answer_tokens INTEGER,
  supersedes TEXT REFERENCES answer (id), prompt_sha256 TEXT CHECK (length(prompt_sha256) = 64), placement TEXT CHECK (placement IS NULL OR json_valid(placement)),
  CHECK ((finish = 'error') = (error_kind IS NOT NULL))
) STRICT;

CREATE TRIGGER answer_is_from_its_slot BEFORE INSERT ON answer
WHEN NEW.fingerprint IS NOT (
  SELECT CASE NEW.slot WHEN 'a' THEN battle.a ELSE battle.b END
  FROM turn JOIN battle ON battle.id = turn.battle_id WHERE turn.id = NEW.turn_id
) BEGIN
  SELECT RAISE(ABORT, 'answer: another system was drawn for this slot');
END;

CREATE TRIGGER answer_comes_before_the_vote BEFORE INSERT ON answer
WHEN EXISTS (
  SELECT 1 FROM turn JOIN battle_end ON battle_end.battle_id = turn.battle_id
  WHERE turn.id = NEW.turn_id AND battle_end.state = 'voted'
) BEGIN
  SELECT RAISE(ABORT, 'answer: its battle was voted on');
END;

CREATE TRIGGER transcript_is_never_changed BEFORE UPDATE ON transcript BEGIN
  SELECT RAISE(ABORT, 'transcript rows are never changed: add one that supersedes');
END;

CREATE TRIGGER transcript_goes_only_when_erased BEFORE DELETE ON transcript
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'transcript' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'transcript rows go only when they are erased');
END;

CREATE TRIGGER answer_is_never_changed BEFORE UPDATE ON answer BEGIN
  SELECT RAISE(ABORT, 'answer rows are never changed: add one that supersedes');
END;

CREATE TRIGGER answer_goes_only_when_erased BEFORE DELETE ON answer
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'answer' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'answer rows go only when they are erased');
END;

CREATE INDEX answer_of_its_own ON answer (turn_id, slot);

CREATE UNIQUE INDEX answer_has_one_first ON answer (turn_id, slot) WHERE supersedes IS NULL;

CREATE UNIQUE INDEX answer_superseded_once ON answer (supersedes) WHERE supersedes IS NOT NULL;

CREATE TRIGGER answer_supersedes_its_own BEFORE INSERT ON answer
WHEN NEW.supersedes IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM answer WHERE id = NEW.supersedes AND (turn_id, slot) IS (NEW.turn_id, NEW.slot)
) BEGIN
  SELECT RAISE(ABORT, 'answer: it supersedes one of another turn_id, slot');
END;

CREATE TABLE shown (
  id TEXT PRIMARY KEY,
  turn_id TEXT NOT NULL UNIQUE REFERENCES turn (id),
  wait_ms REAL NOT NULL,       -- from the end of the take to the reveal
  onset_a_ms REAL NOT NULL,    -- first character painted, since the reveal's first tick
  onset_b_ms REAL NOT NULL,
  complete_a_ms REAL NOT NULL,  -- last character painted, same zero
  complete_b_ms REAL NOT NULL,
  cadence_per_s REAL NOT NULL,  -- grapheme clusters
  truncated_a INTEGER NOT NULL CHECK (truncated_a IN (0, 1)),
  truncated_b INTEGER NOT NULL CHECK (truncated_b IN (0, 1)),
  facts TEXT NOT NULL CHECK (json_valid(facts))  -- scrolling, focus, layout …
) STRICT;

CREATE TABLE vote (
  id TEXT PRIMARY KEY,
  battle_id TEXT NOT NULL REFERENCES battle (id),
  choice TEXT NOT NULL CHECK (choice IN ('a', 'b', 'tie', 'both_bad', 'cannot_judge')),
  strength TEXT CHECK (strength IN ('slightly', 'clearly')),
  time_to_vote_ms REAL NOT NULL,  -- from both answers fully shown
  supersedes TEXT REFERENCES vote (id)
, judged TEXT CHECK (judged IS NULL OR json_valid(judged)), facts TEXT CHECK (facts IS NULL OR json_valid(facts))) STRICT;

CREATE TRIGGER vote_needs_both_answers BEFORE INSERT ON vote
WHEN NOT EXISTS (SELECT 1 FROM turn WHERE battle_id = NEW.battle_id) OR EXISTS (
  SELECT 1 FROM turn WHERE battle_id = NEW.battle_id
    AND id NOT IN (SELECT supersedes FROM turn WHERE supersedes IS NOT NULL)
    AND 2 <> (SELECT count(*) FROM answer WHERE turn_id = turn.id AND finish <> 'error'
      AND id NOT IN (SELECT supersedes FROM answer WHERE supersedes IS NOT NULL))
) BEGIN
  SELECT RAISE(ABORT, 'vote: a turn of this battle lacks an answer');
END;

CREATE TRIGGER vote_is_in_time BEFORE INSERT ON vote
WHEN CASE WHEN NEW.supersedes IS NULL
  THEN EXISTS (SELECT 1 FROM battle_end WHERE battle_id = NEW.battle_id)
  ELSE NOT EXISTS (SELECT 1 FROM battle_end WHERE battle_id = NEW.battle_id AND state = 'voted')
END BEGIN
  SELECT RAISE(ABORT, 'vote: the battle has ended otherwise');
END;

CREATE TRIGGER battle_end_agrees_with_the_vote BEFORE INSERT ON battle_end
WHEN (NEW.state = 'voted') <> EXISTS (SELECT 1 FROM vote WHERE battle_id = NEW.battle_id) BEGIN
  SELECT RAISE(ABORT, 'battle_end: voted means that there is a vote');
END;

CREATE TABLE justification (
  id TEXT PRIMARY KEY,
  vote_id TEXT NOT NULL REFERENCES vote (id),
  text TEXT NOT NULL,      -- typed, or the transcript as the participant corrected it
  take_id TEXT REFERENCES take (id),              -- NULL: typed
  transcript_id TEXT REFERENCES transcript (id),  -- what the recogniser heard, whole
  verbatim TEXT,           -- the transcript that was offered for correction
  supersedes TEXT REFERENCES justification (id),
  CHECK ((take_id IS NULL) = (verbatim IS NULL))
) STRICT;

CREATE TRIGGER shown_is_never_changed BEFORE UPDATE ON shown BEGIN
  SELECT RAISE(ABORT, 'shown rows are never changed: add one that supersedes');
END;

CREATE TRIGGER shown_goes_only_when_erased BEFORE DELETE ON shown
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'shown' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'shown rows go only when they are erased');
END;

CREATE TRIGGER vote_is_never_changed BEFORE UPDATE ON vote BEGIN
  SELECT RAISE(ABORT, 'vote rows are never changed: add one that supersedes');
END;

CREATE TRIGGER vote_goes_only_when_erased BEFORE DELETE ON vote
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'vote' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'vote rows go only when they are erased');
END;

CREATE TRIGGER justification_is_never_changed BEFORE UPDATE ON justification BEGIN
  SELECT RAISE(ABORT, 'justification rows are never changed: add one that supersedes');
END;

CREATE TRIGGER justification_goes_only_when_erased BEFORE DELETE ON justification
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'justification' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'justification rows go only when they are erased');
END;

CREATE INDEX vote_of_its_own ON vote (battle_id);

CREATE UNIQUE INDEX vote_has_one_first ON vote (battle_id) WHERE supersedes IS NULL;

CREATE UNIQUE INDEX vote_superseded_once ON vote (supersedes) WHERE supersedes IS NOT NULL;

CREATE TRIGGER vote_supersedes_its_own BEFORE INSERT ON vote
WHEN NEW.supersedes IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM vote WHERE id = NEW.supersedes AND (battle_id) IS (NEW.battle_id)
) BEGIN
  SELECT RAISE(ABORT, 'vote: it supersedes one of another battle_id');
END;

CREATE INDEX justification_of_its_own ON justification (vote_id);

CREATE UNIQUE INDEX justification_has_one_first ON justification (vote_id) WHERE supersedes IS NULL;

CREATE UNIQUE INDEX justification_superseded_once ON justification (supersedes) WHERE supersedes IS NOT NULL;

CREATE TRIGGER justification_supersedes_its_own BEFORE INSERT ON justification
WHEN NEW.supersedes IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM justification WHERE id = NEW.supersedes AND (vote_id) IS (NEW.vote_id)
) BEGIN
  SELECT RAISE(ABORT, 'justification: it supersedes one of another vote_id');
END;

CREATE VIEW battle_now AS
SELECT battle.*, session.study, session.participant_id,
  max(battle.simulated, participant.simulated) AS is_simulated,
  coalesce(battle_end.state, 'open') AS state,
  coalesce(battle_end.reason, '') AS ended_reason
FROM battle
JOIN session ON session.id = battle.session_id
JOIN participant ON participant.id = session.participant_id
LEFT JOIN battle_end ON battle_end.battle_id = battle.id;

CREATE VIEW vote_now AS
SELECT * FROM vote
WHERE id NOT IN (SELECT supersedes FROM vote WHERE supersedes IS NOT NULL);

CREATE VIEW conservation AS
SELECT study, is_simulated, count(*) AS started,
  sum(state = 'voted') AS voted, sum(state = 'skipped') AS skipped,
  sum(state = 'failed') AS failed, sum(state = 'abandoned') AS abandoned,
  sum(state = 'withdrawn') AS withdrawn, sum(state = 'open') AS open
FROM battle_now GROUP BY study, is_simulated;

CREATE TABLE guess (
  id TEXT PRIMARY KEY,
  battle_id TEXT NOT NULL REFERENCES battle (id),
  slot TEXT NOT NULL CHECK (slot IN ('a', 'b')),
  fingerprint TEXT REFERENCES system (fingerprint),  -- NULL: the participant did not know
  choices TEXT NOT NULL CHECK (json_valid(choices)),  -- fingerprints that could be chosen
  UNIQUE (battle_id, slot)
) STRICT;

CREATE TRIGGER guess_comes_after_the_vote BEFORE INSERT ON guess
WHEN NOT EXISTS (
  SELECT 1 FROM battle_end WHERE battle_id = NEW.battle_id AND state = 'voted'
) BEGIN
  SELECT RAISE(ABORT, 'guess: its battle was not voted on');
END;

CREATE TRIGGER guess_is_never_changed BEFORE UPDATE ON guess BEGIN
  SELECT RAISE(ABORT, 'guess rows are never changed: add one that supersedes');
END;

CREATE TRIGGER guess_goes_only_when_erased BEFORE DELETE ON guess
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = 'guess' AND row_id = OLD.id AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, 'guess rows go only when they are erased');
END;

INSERT INTO _sqlite_migrations VALUES (1, 'earshot', 'events_and_station', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (2, 'earshot', 'systems', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (3, 'earshot', 'participants_and_sessions', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (4, 'earshot', 'battles', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (5, 'earshot', 'takes_and_turns', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (6, 'earshot', 'transcripts_and_answers', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (7, 'earshot', 'votes_and_reasons', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (8, 'earshot', 'views', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (9, 'earshot', 'answers_say_where_they_were_made', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (10, 'earshot', 'votes_say_more_than_who_was_better', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (11, 'earshot', 'turns_say_what_both_systems_knew', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

INSERT INTO _sqlite_migrations VALUES (12, 'earshot', 'guesses', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00');

PRAGMA application_id = 1164014195;

PRAGMA user_version = 3;

COMMIT;
