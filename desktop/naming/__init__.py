"""The two systems that a command names: by id, path or address."""
