"""The session book: who charged, when, how much, at what price."""
