"""Quick fixes for the rules about INFO."""
