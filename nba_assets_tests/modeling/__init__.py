"""Tests of nba_assets.modeling: one module a module, frames built by hand."""
