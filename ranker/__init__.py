"""What the votes say: an exported folder in, a leaderboard out."""
