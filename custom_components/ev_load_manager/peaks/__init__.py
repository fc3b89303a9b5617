"""Mean powers of windows: what is used of them, what they may be, and what they cost."""
