"""Box scores and lineups, from the wire shapes of their publishers to rows."""
