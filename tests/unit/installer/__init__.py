"""Tests of the scripts that make what users get."""
