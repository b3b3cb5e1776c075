"""The language in which features are declared.

A declaration is an expression of stored columns and of windows over earlier games. It computes the feature,
and names the columns and windows that it reads: staleness, trace and documentation follow from it.
"""
