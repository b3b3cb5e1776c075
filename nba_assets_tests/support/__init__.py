"""Doubles, lakes and servers that tests share; nothing here is a test."""
