"""The demo shows what it says."""
