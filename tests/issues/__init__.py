"""Who has to do something is told, and told when it is done."""
