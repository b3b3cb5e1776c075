"""Windows over the past: player form, team form, composite scores, gaps in the history."""
