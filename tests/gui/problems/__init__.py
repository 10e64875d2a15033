"""Tests of the problems panel, driven as a person would."""
