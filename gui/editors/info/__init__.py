"""The INFO editor: a form made from the table of keys, and the raw text beside it."""
