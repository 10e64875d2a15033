"""Quick fixes for the rules about the archive: the outer tar, package.tgz, names and modes."""
