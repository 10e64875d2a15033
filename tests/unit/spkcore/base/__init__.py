"""Unit tests of spkcore.base."""
