"""Quick fixes for the rules about conf/privilege, conf/resource, port files and dependencies."""
