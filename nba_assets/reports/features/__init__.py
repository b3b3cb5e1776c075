"""How the value of a feature is made."""
