"""The source that reads landed documents. It never fetches."""
