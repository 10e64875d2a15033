"""What DSM 5, 6 and 7 are like for somebody who comes by SSH: versions, shells, logins, algorithms, volumes.

Sources: capture reference, chapters 2 and 3.
"""

from __future__ import annotations

from tests.integration.nasbench.nas import Options

_OLD = ("KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes128-ctr,aes128-cbc", "MACs hmac-sha1")
_MIDDLE = (
    "KexAlgorithms curve25519-sha256@libssh.org,diffie-hellman-group14-sha1",
    "HostKeyAlgorithms ssh-ed25519,ssh-rsa",
    "Ciphers aes128-ctr,aes256-ctr,aes128-gcm@openssh.com",
)
USERS = {5: "root", 6: "alice", 7: "alice"}
"""Who logs in: root on DSM 5, an administrator with sudo since DSM 6."""


def personality(dsm: int) -> Options:
    """A NAS of DSM 5 (BusyBox, root, RSA and SHA-1), 6 (bash, no Python that can be had here, a share on a file system
    of its own) or 7 (Python, several kinds of keys), each with two volumes."""
    if dsm == 5:
        return Options(dsm=5, volumes=2, python=False, busybox=True, algorithms=("HostKeyAlgorithms ssh-rsa", *_OLD))
    if dsm == 6:
        return Options(dsm=6, volumes=2, python=False, bash=True, share_elsewhere=True, algorithms=_MIDDLE)
    return Options(dsm=7, volumes=2)
