"""NLTK's ELIZA: a baseline."""
