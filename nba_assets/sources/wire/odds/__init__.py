"""Lines of games and of players, from the wire shapes of their publishers to rows."""
