"""The demo: scenarios, the garage, the thesis's test report, and what the terminal shows."""
