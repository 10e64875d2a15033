"""Data of the tests, and the scripts that make it."""
