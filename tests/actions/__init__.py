"""What people and automations ask for."""
