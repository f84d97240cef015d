"""A closed domain answered from tables and rules: a baseline."""
