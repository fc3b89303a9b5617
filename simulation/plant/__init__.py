"""A site around the chargers: house, meter, fuse, and the truth of what flows."""
