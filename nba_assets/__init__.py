"""nba_assets: a Dagster asset graph that predicts NBA player points and grades itself."""
