"""The editor of desktop entries: their forms, the main menu of DSM as a preview, help and search index."""
