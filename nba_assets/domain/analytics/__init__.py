"""Games as rows: player and team summaries, shot zones, and the context of tonight."""
