"""The version of the program, as stored with every session."""

VERSION = "0.1.0"
PROGRAM = f"Earshot {VERSION}"
