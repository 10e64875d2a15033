"""Rules about the desktop folder (spk-format.md chapter 7)."""
