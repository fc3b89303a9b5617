"""The simulated site tells the truth."""
