"""The editor of the screenshots that package sources show."""
