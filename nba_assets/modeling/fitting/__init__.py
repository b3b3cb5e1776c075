"""Fitting a model: hyper-parameters, the training gate, fits, distributions, and artefacts on disk."""
