"""Read-only assets of SPK Creator: tables of DSM facts, templates, agents, icons, help, translations."""
