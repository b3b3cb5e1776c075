"""What people read after a run: figures of the lake as it is, computed from it, never from memory."""
