"""Tests, mirroring the package; recorded/, contract/ and integration/ have no counterpart there."""
