"""One sitting: battles drawn, takes heard, answers asked for, votes and reasons kept."""
