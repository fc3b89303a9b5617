"""The session book."""
