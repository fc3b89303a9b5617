"""How a limit is kept."""
