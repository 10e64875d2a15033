"""The editor of the translated texts of a desktop folder: all languages in one table."""
