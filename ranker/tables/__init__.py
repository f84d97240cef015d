"""Votes in the field's columns, wherever they lie: a data frame, a Parquet file, a database.

Columns: `model_a`, `model_b`, `winner`, and where they are there `vote_id` (or `battle_id`),
`participant`, `station`, `study`, `simulated`, each as `ranker.votes.from_vote` reads it. What is
counted is what `ranker.count.tally` counts of the same rows, whoever does the counting.
"""
