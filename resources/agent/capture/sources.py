"""What the agent listens to: the kernel's file events, DSM's logs, files that are open but deleted."""


class Inotify(object):
    """The kernel's file events, through ctypes. Raises OSError where the kernel or Python cannot."""

    def __init__(self):
        try:
            import ctypes
            self.libc = ctypes.CDLL(None, use_errno=True)
            self.errno = ctypes.get_errno
            self.fd = self.libc.inotify_init()
        except (ImportError, AttributeError) as error:
            raise OSError(errno.ENOSYS, str(error))
        if self.fd < 0:
            raise OSError(self.errno(), os.strerror(self.errno()))
        flags = fcntl.fcntl(self.fd, fcntl.F_GETFL)
        fcntl.fcntl(self.fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)

    def add(self, path):
        watch = self.libc.inotify_add_watch(self.fd, path, EVENTS)
        if watch < 0:
            raise OSError(self.errno(), os.strerror(self.errno()))
        return watch

    def remove(self, watch):
        self.libc.inotify_rm_watch(self.fd, watch)

    def read(self):
        """The waiting events: (watch, mask, name)."""
        try:
            data = os.read(self.fd, 1 << 18)
        except OSError:
            return []
        events, at = [], 0
        while at < len(data):
            watch, mask, _, length = struct.unpack_from("iIII", data, at)
            events.append((watch, mask, data[at + 16:at + 16 + length].rstrip(b"\0")))
            at += 16 + length
        return events


class Log(object):
    """New lines of one log, also across its rotation."""

    def __init__(self, path):
        self.path = path
        self.rest = b""
        status = look(path)
        self.offset = self.begun = status.st_size if status else 0

    def lines(self):
        status = look(self.path)
        if status is None or status.st_size == self.offset:
            return []
        if status.st_size < self.offset:
            self.offset, self.rest = 0, b""
        with open(self.path, "rb") as stream:
            stream.seek(self.offset)
            data = stream.read(1 << 18)
        self.offset += len(data)
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()[:4096]
        secretive = os.path.basename(self.path) == SECRETIVE_LOG
        return [line[:4096] for line in lines if not secretive or b"pkg" in line or b".spk" in line]


class Rescue(object):
    """A file that has no name any more, but is still open in a process of DSM: its bytes are copied while that lasts."""

    def __init__(self, link, volume, path):
        self.link, self.volume, self.path = link, volume, path
        target = join(volume.tree, path)
        self.source = os.open(link, os.O_RDONLY)
        status = os.fstat(self.source)
        self.inode = (status.st_dev, status.st_ino)
        try:
            self.target = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            os.close(self.source)
            raise
        os.fchown(self.target, status.st_uid, status.st_gid)
        os.fchmod(self.target, stat.S_IMODE(status.st_mode) | 0o600)

    def is_open(self):
        """Whether the process still has it open."""
        try:
            status = os.stat(self.link)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self.inode

    def copy(self, end):
        """Copy what is new, until the moment `end`; whether everything there is was copied."""
        while now() < end:
            data = os.read(self.source, 1 << 20)
            if not data:
                return True
            while data:
                data = data[os.write(self.target, data):]
        return False

    def close(self):
        os.close(self.source)
        os.close(self.target)
