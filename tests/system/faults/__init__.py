"""What breaks, and what comes of it: the faults that cost little time."""
