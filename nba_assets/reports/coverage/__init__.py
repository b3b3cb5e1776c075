"""The coverage page and its pictures."""
