"""The simulated chargers behave as real ones."""
