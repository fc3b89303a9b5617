"""What a charger can do, and how it is made to report."""
