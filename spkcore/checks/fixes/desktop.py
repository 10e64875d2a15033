"""Quick fixes for the rules about the desktop folder."""
