"""A NAS for tests: OpenSSH's sshd, sudo and real shells in a root file system of their own that looks like DSM."""
