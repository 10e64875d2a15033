"""Tests of spkcore.nas."""
