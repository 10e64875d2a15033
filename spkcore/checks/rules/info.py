"""Rules about INFO (spk-format.md chapter 7)."""
