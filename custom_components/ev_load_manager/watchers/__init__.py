"""Who looks what is wrong, and raises and withdraws repair issues as things are."""
