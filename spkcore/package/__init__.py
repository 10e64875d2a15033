"""What a package is: its folder, INFO, scripts, wizards, privileges, resources, desktop entries, icons, payload."""
