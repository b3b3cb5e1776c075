"""The command line, thin over the same definitions."""
