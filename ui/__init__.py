"""What you see: draws a frozen state, emits signals. Knows no system names and no SQL."""
