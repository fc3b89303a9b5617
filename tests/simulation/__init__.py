"""The simulation is only worth what it does like the real thing."""
