"""The source that reads season dumps in a folder."""
