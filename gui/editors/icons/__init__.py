"""The editor of package and desktop icons."""
