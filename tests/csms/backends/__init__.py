"""A charger's other central systems."""
