"""The editor of conf/privilege: as whom the scripts and programs of the package run."""
