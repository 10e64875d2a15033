"""Rules about conf/privilege, conf/resource, port files and dependencies (spk-format.md chapter 7)."""
