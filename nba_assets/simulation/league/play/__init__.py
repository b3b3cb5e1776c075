"""A game played possession by possession: who is on the floor, what happens, and how it is scored."""
