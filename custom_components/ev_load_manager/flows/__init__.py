"""The steps and forms of the flows: chargers, feeders, meters, tags, security."""
