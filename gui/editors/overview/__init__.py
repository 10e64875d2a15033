"""The overview: the package as Package Center shows it, what DSM says about it, and what is missing."""
