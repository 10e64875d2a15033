"""Tests of the editors, driven as a person would."""
