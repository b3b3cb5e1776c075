"""Commands of every day: predictions, status, explain, backfill, publish, serve, fetch."""
