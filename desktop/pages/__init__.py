"""What the window's other pages say: results and systems."""
