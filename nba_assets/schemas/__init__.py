"""One schema a table: validation, stored types, the UI's columns and the data dictionary."""
