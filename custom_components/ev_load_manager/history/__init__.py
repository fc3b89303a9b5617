"""What is written down at every step: decisions, safe limits, overloads, peaks."""
