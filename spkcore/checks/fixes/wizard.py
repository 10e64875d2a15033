"""Quick fixes for the rules about WIZARD_UIFILES."""
