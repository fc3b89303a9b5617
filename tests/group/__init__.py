"""A group at work."""
