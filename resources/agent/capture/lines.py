"""What the agent says and hears: report lines, orders, the setup block."""


class Reporter(object):
    """Writes event lines without ever making the catching wait for the network."""

    def __init__(self):
        self.waiting = b""
        self.broken = False
        self.said = set()
        fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_NONBLOCK)

    def say(self, word, *fields):
        if not self.broken and len(self.waiting) < MOST_OUTPUT:
            texts = [field if isinstance(field, bytes) else str(field).encode("utf-8") for field in fields]
            self.waiting += b"\t".join([word] + [escape(text) for text in texts]) + b"\n"

    def once(self, word, code, *fields):
        if (word, code) not in self.said:
            self.said.add((word, code))
            self.say(word, code, *fields)

    def flush(self):
        try:
            while self.waiting:
                self.waiting = self.waiting[os.write(1, self.waiting):]
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EINTR):
                self.broken, self.waiting = True, b""

    def redirect(self, path):
        """From now on write to the file `path`, which another process sends to the PC."""
        target = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(target, 1)
        os.close(target)
        self.waiting, self.broken, self.said = b"", False, set()

    def finish(self):
        limit = now() + 10
        while self.waiting and now() < limit:
            select.select([], [1], [], 1)
            self.flush()


class Orders(object):
    """The lines on standard input."""

    def __init__(self):
        self.rest = b""
        self.ended = False

    def read(self):
        """The lines that one read gives; sets `ended` at end of file."""
        try:
            data = os.read(0, 65536)
        except OSError as error:
            if error.errno == errno.EINTR:
                return []
            data = b""
        self.ended = not data
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        return [line.rstrip(b"\r") for line in lines]


class Place(object):
    """One place below @tmp where Package Center works."""

    def __init__(self, value):
        words = value.split(b" ")
        self.kind = words[0]
        self.parts = [matcher(part) for part in words[1].split(b"/")]
        self.unless = [matcher(word[1:]) for word in words[2:] if word.startswith(b"!")]
        self.holds = [word[1:] for word in words[2:] if word.startswith(b"?")]

    def fits(self, names):
        """Whether `names` lead to the place (fewer than its parts) or into it."""
        texts = [name.decode("latin-1") for name in names[:len(self.parts)]]
        if not all(part(text) for part, text in zip(self.parts, texts)):
            return False
        return len(names) < len(self.parts) or not any(unless(texts[-1]) for unless in self.unless)


class Setup(object):
    """The setup block."""

    def __init__(self):
        self.values = {b"ROOT": b"", b"TTL": b"1800", b"GONE": b"60", b"IDLE": b"60", b"STABLE": b"2000",
                       b"LOWSPACE": b"524288000", b"DETACH": b"1048576"}
        self.volumes, self.places, self.logs = [], [], []

    def take(self, line):
        word, _, value = line.partition(b" ")
        if word == b"VOLUME":
            self.volumes.append(value)
        elif word == b"PLACE":
            self.places.append(Place(value))
        elif word == b"LOG":
            self.logs.append(value)
        else:
            self.values[word] = value

    def number(self, word):
        return int(self.values[word])

    @property
    def session(self):
        return self.values.get(b"SESSION", b"")

    @property
    def adopts(self):
        return self.values.get(b"ADOPT") == b"yes"

    @property
    def root(self):
        return self.values[b"ROOT"].rstrip(b"/")


def read_setup(orders):
    """(setup, lines behind GO); setup is None when the PC went away before GO."""
    setup = Setup()
    while not orders.ended:
        lines = orders.read()
        for at, line in enumerate(lines):
            if line == b"GO":
                return setup, lines[at + 1:]
            setup.take(line)
    return None, []
