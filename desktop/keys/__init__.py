"""API keys: kept, asked for and forgotten."""
