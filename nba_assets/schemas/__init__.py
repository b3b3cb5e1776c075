"""One schema per table: validation, stored types, the UI's columns and the data dictionary."""
