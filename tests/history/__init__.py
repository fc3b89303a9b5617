"""What is written down at every step."""
