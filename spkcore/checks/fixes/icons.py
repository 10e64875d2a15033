"""Quick fixes for the rules about package icons and LICENSE."""
