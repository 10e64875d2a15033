"""Tests of the archive layer."""
