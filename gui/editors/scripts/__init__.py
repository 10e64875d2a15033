"""The editor of install scripts."""
