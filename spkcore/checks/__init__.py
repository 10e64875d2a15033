"""What is wrong with a package: problems with their place, found by parsing and by schemas."""
