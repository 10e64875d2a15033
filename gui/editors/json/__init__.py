"""The editor of wizards, privilege, resource and desktop config files."""
