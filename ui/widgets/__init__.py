"""The parts pages are made of, one file each."""
