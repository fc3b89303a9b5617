"""Billing backends: other central systems that a charger belongs to."""
