"""Tests of the NAS windows, through a fake engine."""
