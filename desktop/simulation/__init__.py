"""A study run by simulated participants: the real state machine, workers and database."""
