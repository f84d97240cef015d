"""A battle once more, as its participant saw it: from what was kept, into nothing."""
