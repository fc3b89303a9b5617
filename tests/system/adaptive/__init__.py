"""Groups with a meter at their grid connection."""
