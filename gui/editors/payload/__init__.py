"""The editor of the payload tree."""
