"""What people see and touch, in a real browser on a real Home Assistant."""
