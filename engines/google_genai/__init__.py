"""Gemini, through Google's own package, because only it tells which model really answered."""
