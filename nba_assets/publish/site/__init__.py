"""The static site, made from published documents: it works from a folder, without a server or a network."""
