"""Rules about package icons and LICENSE (spk-format.md chapter 7)."""
