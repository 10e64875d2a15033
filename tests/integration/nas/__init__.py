"""The NAS transport against OpenSSH's sshd, sudo and real shells."""
