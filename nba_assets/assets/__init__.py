"""Thin shells: which table reads what, and which function makes it."""
