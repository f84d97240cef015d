"""PocketSphinx with the acoustic model of its wheel: the baselines' recogniser."""
