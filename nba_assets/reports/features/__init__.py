"""Where the value of a feature comes from."""
