"""The editor of wizards: the designer of their pages, and the preview beside it."""
