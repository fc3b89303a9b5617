"""What entities show and let people change."""
