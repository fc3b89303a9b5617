"""The whole: what it promises, to whom, in a real Home Assistant."""
