"""What is known of each charger model."""
