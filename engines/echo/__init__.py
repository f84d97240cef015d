"""The shipped fake: a real engine with a queue of answers, for tests, rehearsals and docs."""
