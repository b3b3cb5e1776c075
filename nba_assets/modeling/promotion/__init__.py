"""Who is served: the rules of promotion and the registry."""
