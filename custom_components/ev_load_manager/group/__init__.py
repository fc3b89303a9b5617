"""One group at work: its loop, its chargers and meters, and what it stores."""
