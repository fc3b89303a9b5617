"""One charger as it is known."""
