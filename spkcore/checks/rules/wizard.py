"""Rules about WIZARD_UIFILES (spk-format.md chapter 7)."""
