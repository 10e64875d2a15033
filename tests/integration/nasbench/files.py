"""The files of the bench NAS that serves tests outside: below /volume1/@appstore/outside, for root only."""

FILES = {
    "Größe.txt": b"Guten Tag\n",
    "aux": b"a name that Windows forbids\n",
    "big.bin": bytes(range(256)) * 8192,
}
