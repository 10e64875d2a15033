"""The plain text editor, and the page shown for files that are no text."""
