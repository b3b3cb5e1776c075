"""Play-by-play, from the wire shapes of its publishers to rows."""
