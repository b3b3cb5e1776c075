"""The catalog of feeds, and the outer checks of their documents."""
