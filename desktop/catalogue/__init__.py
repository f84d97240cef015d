"""Which systems there are: what a table may say, how it is read, and where weights come from."""
