"""What people said: settings, live settings, feeders, temporary limits, and the site made of it."""
