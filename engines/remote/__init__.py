"""What engines share whose systems are behind an address: knows no SDK."""
