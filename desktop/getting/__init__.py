"""Bringing systems onto this station, and taking them away: weights and environments."""
