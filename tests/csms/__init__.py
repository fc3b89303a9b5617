"""The central system, against real WebSockets."""
