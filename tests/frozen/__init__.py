"""Drives the frozen programs and their installer from outside, on Windows or under Wine (docs/windows-build.md)."""
