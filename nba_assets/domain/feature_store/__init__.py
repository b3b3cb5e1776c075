"""The features of models and their registry."""
