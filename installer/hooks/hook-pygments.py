"""PyInstaller: nothing; the few lexers that we use are imported by name, and nobody looks for the others."""
