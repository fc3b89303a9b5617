"""What a charger can do."""
