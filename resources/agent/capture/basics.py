"""Catches what Package Center writes: hard links made on inotify events. Runs as root on the NAS, Python 2.7 and 3.

The parts in this folder are joined to one text (spkcore/nas/agents.py) before they are sent. The protocol is
docs/capture-protocol.md. Paths are bytes throughout: a NAS holds names in any encoding.
"""
import errno
import fcntl
import fnmatch
import os
import re
import select
import signal
import stat
import struct
import sys
import time

CREATE, MOVED_FROM, MOVED_TO, DELETE, CLOSE_WRITE = 0x100, 0x40, 0x80, 0x200, 0x8
OVERFLOW, IGNORED, IS_DIRECTORY, ONLY_DIRECTORIES = 0x4000, 0x8000, 0x40000000, 0x01000000
EVENTS = CREATE | MOVED_FROM | MOVED_TO | DELETE | CLOSE_WRITE | ONLY_DIRECTORIES
PACKAGE_FILE = b"@SYNOPKG_DOWNLOAD_"
SECRETIVE_LOG = b"messages"
MOST_OUTPUT = 16 << 20
DELETED = b" (deleted)"
SETTLED_SECONDS, EARLY_BYTES = 0.3, 1 << 18


def now():
    """Seconds on a clock that nobody can set."""
    return os.times()[4]


def escape(text):
    for plain, written in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")):
        text = text.replace(plain, written)
    return text


def matcher(pattern):
    return re.compile(fnmatch.translate(pattern.decode("latin-1"))).match


def join(folder, name):
    return folder + b"/" + name if folder else name


def look(path):
    """The status of `path` itself, or None."""
    try:
        return os.lstat(path)
    except OSError:
        return None


def marker_lines(folder):
    """The lines of the marker in a folder of ours; none where it has none."""
    try:
        with open(folder + b"/marker", "rb") as stream:
            return stream.read(65536).splitlines()
    except (IOError, OSError):
        return []
