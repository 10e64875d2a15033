"""Catches what Package Center writes: hard links made on inotify events. Runs as root on the NAS, Python 2.7 and 3.

The protocol is docs/capture-protocol.md. Paths are bytes throughout: a NAS holds names in any encoding.
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
    def root(self):
        return self.values[b"ROOT"].rstrip(b"/")


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


class Volume(object):
    """One volume: what is watched, what was caught, and our folder on it."""

    def __init__(self, name, setup):
        self.name = name
        self.scratch = setup.root + name + b"/@tmp"
        self.folder = self.scratch + b"/spkcap-" + setup.session
        self.tree = self.folder + b"/tree"
        self.caught = {}      # path -> inode of the source
        self.sizes = {}       # path -> size last reported
        self.changed = set()  # paths to report
        self.active = {}      # place path -> kind
        self.closed = set()   # folders that are gone: when they come again, they are new ones
        self.made = set()
        self.packages = {}    # path -> [size, time of last growth, state]
        self.low = False

    def make(self, setup, logs):
        for path in (self.folder, self.tree, self.folder + b"/state"):
            os.mkdir(path, 0o700)
        lines = [b"spkcap 1", b"session=" + setup.session, b"started=%d" % int(time.time()),
                 b"pid=%d" % os.getpid(), b"engine=python"]
        lines += [b"log=" + path + b":%d" % log.offset for path, log in logs.items()]
        with open(self.folder + b"/marker.new", "wb") as stream:
            stream.write(b"\n".join(lines) + b"\n")
        os.rename(self.folder + b"/marker.new", self.folder + b"/marker")
        probe = self.folder + b"/state/probe"
        os.link(self.folder + b"/marker", probe)
        os.unlink(probe)


class Log(object):
    """New lines of one log, also across its rotation."""

    def __init__(self, path):
        self.path = path
        self.rest = b""
        status = look(path)
        self.offset = status.st_size if status else 0

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


class Catcher(object):
    """Links what comes up in the watched places."""

    def __init__(self, setup, reporter):
        self.setup, self.reporter = setup, reporter
        self.volumes = []
        self.watches, self.watched = {}, {}
        self.inotify = None
        self.files, self.bytes, self.last_catch, self.reported = 0, 0, now(), 0
        self.detaching = []

    # watching

    def start(self):
        try:
            self.inotify = Inotify()
        except OSError as error:
            self.reporter.say(b"ERR", b"watches", str(error))
        self.sweep()

    def watch(self, volume, path):
        if self.inotify is None or (volume, path) in self.watched:
            return
        try:
            watch = self.inotify.add(join(volume.scratch, path))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.ENOMEM):
                self.give_up_watching(error)
            return
        self.unmap(watch)
        self.watches[watch] = (volume, path)
        self.watched[volume, path] = watch

    def unmap(self, watch):
        place = self.watches.pop(watch, None)
        if place is not None and self.watched.get(place) == watch:
            del self.watched[place]

    def give_up_watching(self, error):
        self.reporter.say(b"ERR", b"watches", str(error))
        os.close(self.inotify.fd)
        self.inotify, self.watches, self.watched = None, {}, {}

    def unwatch(self, volume, path, moved):
        """Forget the watch of a folder that is gone; watches below it end by themselves unless it was moved."""
        inside = path + b"/"
        doomed = [(volume, path)] if (volume, path) in self.watched else []
        if moved:
            doomed += [place for place in self.watched if place[0] is volume and place[1].startswith(inside)]
        for place in doomed:
            watch = self.watched[place]
            self.inotify.remove(watch)
            self.unmap(watch)

    def classify(self, volume, path):
        """(kind, path of the place) inside a place, (None, None) on the way to one, else None."""
        names = path.split(b"/")
        way = not path
        for place in self.setup.places:
            if not place.fits(names):
                continue
            root = b"/".join(names[:len(place.parts)])
            if len(names) < len(place.parts):
                way = True
            elif root in volume.active or all(look(join(join(volume.scratch, root), name)) for name in place.holds):
                return place.kind, root
            else:
                way = True
        return (None, None) if way else None

    # catching

    def process(self, limit):
        """Take what inotify reports, for at most `limit` seconds."""
        end = now() + limit
        while self.inotify is not None and now() <= end:
            events = self.inotify.read()
            if not events:
                return
            for watch, mask, name in events:
                self.take(watch, mask, name)

    def take(self, watch, mask, name):
        if mask & OVERFLOW:
            self.reporter.say(b"ERR", b"overflow", b"the event queue overflowed; everything was looked through again")
            self.sweep()
            return
        if mask & IGNORED:
            self.unmap(watch)
        if watch not in self.watches or not name:
            return
        volume, folder = self.watches[watch]
        path = join(folder, name)
        if mask & (DELETE | MOVED_FROM):
            self.leave(volume, path, bool(mask & IS_DIRECTORY), bool(mask & MOVED_FROM))
        else:
            self.visit(volume, path, bool(mask & IS_DIRECTORY))

    def visit(self, volume, path, is_folder):
        """Something is at `path`: catch it if it belongs to a place."""
        if path.startswith(b"spkcap-"):
            return
        found = self.classify(volume, path)
        if found is None:
            return
        kind, root = found
        if kind is None:
            if is_folder:
                self.enter(volume, path)
        elif root not in volume.active:
            self.begin(volume, kind, root)
        elif is_folder:
            self.make_folder(volume, path)
            self.enter(volume, path)
        else:
            self.catch(volume, path, kind)

    def begin(self, volume, kind, root):
        status = look(join(volume.scratch, root))
        if status is None:
            return
        volume.active[root] = kind
        self.visit(volume, root, stat.S_ISDIR(status.st_mode))

    def enter(self, volume, path):
        """Watch a folder, then list it: nothing slips through between the two."""
        self.watch(volume, path)
        source = join(volume.scratch, path)
        try:
            names = os.listdir(source)
        except OSError:
            return
        for name in names:
            status = look(join(source, name))
            if status is not None:
                self.visit(volume, join(path, name), stat.S_ISDIR(status.st_mode))

    def make_folder(self, volume, path):
        if path in volume.closed:
            volume.closed.discard(path)
            self.retire(volume, path)
        if path in volume.made:
            return
        above = path.rpartition(b"/")[0]
        if above and above not in volume.made:
            self.make_folder(volume, above)
        target = join(volume.tree, path)
        try:
            os.mkdir(target, 0o700)
            status = os.lstat(join(volume.scratch, path))
            os.chown(target, status.st_uid, status.st_gid)
            os.chmod(target, stat.S_IMODE(status.st_mode) | 0o700)
        except OSError:
            pass
        volume.made.add(path)

    def catch(self, volume, path, kind):
        is_package = self.is_package(path, kind)
        if volume.low and not is_package:
            return
        target = join(volume.tree, path)
        self.make_folder(volume, path.rpartition(b"/")[0]) if b"/" in path else None
        source = join(volume.scratch, path)
        known = volume.caught.get(path)
        if known is not None:
            status, have = look(source), look(target)
            if status is None or status.st_ino == known or (have is not None and have.st_ino == status.st_ino):
                volume.changed.add(path)
                return
            self.retire(volume, path)
        try:
            os.link(source, target)
        except OSError as error:
            self.miss(volume, path, kind, error)
            return
        self.note(volume, path, target, is_package)

    def miss(self, volume, path, kind, error):
        if error.errno == errno.EEXIST:
            self.retire(volume, path)
            self.catch(volume, path, kind)
        elif error.errno not in (errno.ENOENT, errno.ENOTDIR):
            self.reporter.once(b"ERR", b"link", path + b": " + str(error).encode("utf-8"))

    def note(self, volume, path, target, is_package):
        status = look(target)
        if status is None:
            return
        volume.caught[path] = status.st_ino
        volume.changed.add(path)
        self.files += 1
        self.last_catch = now()
        if is_package:
            volume.packages[path] = [status.st_size, now(), b""]

    def retire(self, volume, path):
        """What was caught at `path` before gets the next number behind its name."""
        target = join(volume.tree, path)
        number = 1
        while look(target + b".~%d~" % number):
            number += 1
        try:
            os.rename(target, target + b".~%d~" % number)
        except OSError:
            return
        self.forget(volume, path)

    def forget(self, volume, path):
        inside = path + b"/"
        for table in (volume.caught, volume.sizes, volume.packages):
            for known in [known for known in table if known == path or known.startswith(inside)]:
                del table[known]
        for names in (volume.made, volume.changed):
            names.difference_update([known for known in names if known == path or known.startswith(inside)])

    @staticmethod
    def is_package(path, kind):
        name = path.rpartition(b"/")[2]
        return name.startswith(PACKAGE_FILE) if kind == b"download" else kind == b"upload"

    def leave(self, volume, path, is_folder, moved):
        """DSM removed or moved what was at `path`."""
        volume.active.pop(path, None)
        if moved:
            self.detaching.append((volume, path))
        if is_folder:
            if path in volume.made:
                volume.closed.add(path)
            if self.inotify is not None:
                self.unwatch(volume, path, moved)
        elif path in volume.caught:
            volume.caught[path] = -1

    # looking through everything

    def sweep(self):
        """Look through all places, for what no event told."""
        for volume in self.volumes:
            for path in [path for path in volume.active if look(join(volume.scratch, path)) is None]:
                self.leave(volume, path, path in volume.made, True)
            self.enter(volume, b"")

    # getting small files off the live inode

    def detach(self, limit):
        """Copy moved small files, so that later edits of the installed package do not reach what was caught."""
        end = now() + limit
        most = self.setup.number(b"DETACH")
        while self.detaching and now() < end:
            volume, path = self.detaching.pop()
            target = join(volume.tree, path)
            status = look(target)
            if status is None or not most:
                continue
            if stat.S_ISDIR(status.st_mode):
                self.detaching.extend((volume, join(path, name)) for name in os.listdir(target))
            elif stat.S_ISREG(status.st_mode) and status.st_nlink > 1 and status.st_size <= most:
                self.copy_over(volume, target, status)

    def copy_over(self, volume, target, status):
        copy = volume.folder + b"/state/copy"
        try:
            with open(target, "rb") as source, open(copy, "wb") as stream:
                stream.write(source.read())
            os.chown(copy, status.st_uid, status.st_gid)
            os.chmod(copy, stat.S_IMODE(status.st_mode))
            os.utime(copy, (status.st_atime, status.st_mtime))
            os.rename(copy, target)
        except (IOError, OSError) as error:
            self.reporter.once(b"ERR", b"detach", str(error))

    # telling

    def report(self, at_once):
        if not at_once and now() - self.reported < 0.25:
            return
        self.reported = now()
        for volume in self.volumes:
            for path in sorted(volume.changed):
                status = look(join(volume.tree, path))
                if status is None or volume.sizes.get(path) == status.st_size:
                    continue
                self.bytes += status.st_size - volume.sizes.get(path, 0)
                volume.sizes[path] = status.st_size
                self.reporter.say(b"FILE", volume.name, path, status.st_size, status.st_ino)
            volume.changed.clear()

    def report_packages(self, stable_after):
        for volume in self.volumes:
            for path, known in list(volume.packages.items()):
                status = look(join(volume.tree, path))
                if status is not None:
                    self.report_package(volume, path, known, status, stable_after)

    def report_package(self, volume, path, known, status, stable_after):
        size, grown, state = known
        if status.st_size != size:
            size, grown = status.st_size, now()
            volume.changed.add(path)
            self.last_catch = grown
        if now() - grown < stable_after:
            new = b"growing"
        elif status.st_nlink < 2:
            new = b"released"
        else:
            new = b"stable" if size else b"growing"
        if (size, new) != (known[0], state):
            self.reporter.say(b"SPK", volume.name, path, size, new)
        volume.packages[path] = [size, grown, new]


class Agent(object):
    """The life of the agent: orders, timers, the end."""

    def __init__(self, setup, orders, reporter):
        self.setup, self.orders, self.reporter = setup, orders, reporter
        self.catcher = Catcher(setup, reporter)
        self.logs = dict((path, Log(setup.root + path)) for path in setup.logs)
        self.begun = self.heard = self.ticked = self.spaced = now()
        self.phase = None
        self.free = self.told = 0

    def prepare(self):
        for name in self.setup.volumes:
            volume = Volume(name, self.setup)
            try:
                if not re.match(b"^/volume[0-9]+$", name) or not stat.S_ISDIR(os.lstat(volume.scratch).st_mode):
                    raise OSError(errno.ENOTDIR, "there is no @tmp folder")
                volume.make(self.setup, self.logs)
            except OSError as error:
                self.reporter.say(b"ERR", b"volume", name + b": " + str(error).encode("utf-8"))
                continue
            self.catcher.volumes.append(volume)
            self.reporter.say(b"FOLDER", name, volume.folder)
        return bool(self.catcher.volumes)

    def run(self):
        """Returns the reason of the end."""
        self.measure_space()
        self.catcher.start()
        method = b"inotify" if self.catcher.inotify else b"poll"
        self.reporter.say(b"READY", b"1", self.setup.session, b"python", method, os.getpid())
        self.tell()
        reason = b""
        while not reason:
            lines = self.wait()
            self.catcher.process(0.2)
            if self.catcher.inotify is None:
                self.catcher.sweep()
            self.catcher.detach(0.02)
            self.tell()
            reason = self.end(lines)
        self.catcher.process(0.2)
        self.catcher.sweep()
        self.catcher.detach(20)
        self.tell(True)
        return reason

    def wait(self):
        """Sleep until something happens; returns the orders that came."""
        readers = [] if self.orders.ended else [0]
        if self.catcher.inotify is not None:
            readers.append(self.catcher.inotify.fd)
        try:
            ready = select.select(readers, [1] if self.reporter.waiting else [], [], self.pause())[0]
        except (OSError, select.error):
            ready = []
        lines = self.orders.read() if 0 in ready else []
        if lines:
            self.heard = now()
        self.reporter.flush()
        return lines

    def pause(self):
        active = any(volume.active or volume.changed for volume in self.catcher.volumes)
        if self.catcher.detaching:
            return 0
        if now() - self.told < 0.05:
            return 0.05
        if self.catcher.inotify is None:
            return 0.03 if active else 0.25
        return 0.25 if active else 1.0

    def end(self, lines):
        moment = now()
        if b"STOP" in lines:
            return b"stop"
        if moment - self.begun > self.setup.number(b"TTL"):
            return b"ttl"
        gone = self.orders.ended or moment - self.heard > self.setup.number(b"GONE")
        if gone and moment - max(self.catcher.last_catch, self.heard) > self.setup.number(b"IDLE"):
            return b"gone"
        return b""

    def tell(self, at_once=False):
        """Report what is new: at most twenty times a second, because catching comes first."""
        moment = now()
        if moment - self.told < 0.05 and not at_once:
            return
        self.told = moment
        self.catcher.report_packages(self.setup.number(b"STABLE") / 1000.0)
        self.catcher.report(at_once)
        self.tell_phase()
        for path, log in self.logs.items():
            for line in log.lines():
                self.reporter.say(b"LOG", path, line)
        if moment - self.spaced >= 2:
            self.measure_space()
        if moment - self.ticked >= 2:
            self.ticked = moment
            self.reporter.say(b"TICK", int(moment - self.begun), self.catcher.files, self.catcher.bytes, self.free)
        self.reporter.flush()

    def tell_phase(self):
        kinds = {}
        for volume in self.catcher.volumes:
            for path, kind in volume.active.items():
                kinds[kind] = path
        phase, detail = b"waiting", b""
        for kind, name in ((b"install", b"installing"), (b"wizard", b"unpacking"), (b"info", b"unpacking"),
                           (b"download", b"downloading"), (b"upload", b"downloading")):
            if kind in kinds:
                phase, detail = name, kinds[kind]
                break
        if (phase, detail) != self.phase:
            self.phase = (phase, detail)
            self.reporter.say(b"PHASE", phase, detail)

    def measure_space(self):
        self.spaced = now()
        spaces = []
        for volume in self.catcher.volumes:
            status = os.statvfs(volume.folder)
            free = status.f_bavail * status.f_frsize
            spaces.append(free)
            low = free < self.setup.number(b"LOWSPACE")
            if low and not volume.low:
                self.reporter.say(b"LOW", volume.name, free)
            volume.low = low
        self.free = min(spaces)


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


def main():
    os.umask(0o077)
    os.chdir("/")
    for number in (signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    orders = Orders()
    setup, early = read_setup(orders)
    if setup is None:
        return 0
    reporter = Reporter()
    if not re.match(b"^[0-9a-f]{8}$", setup.session) or not setup.places:
        reporter.say(b"FAIL", b"setup", b"the orders before GO are not complete")
        reporter.finish()
        return 3
    agent = Agent(setup, orders, reporter)
    if not agent.prepare():
        reporter.say(b"FAIL", b"volumes", b"no volume could be used")
        reporter.finish()
        return 3
    reason = b"stop" if b"STOP" in early else agent.run()
    reporter.say(b"DONE", agent.catcher.files, agent.catcher.bytes, reason)
    reporter.finish()
    return 0


sys.exit(main())
