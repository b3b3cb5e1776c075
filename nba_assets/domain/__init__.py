"""Pure pandas: what basketball and its data mean. No Dagster, no lake, no files."""
