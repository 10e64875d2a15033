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
        self.low = self.given_up = False

    def take(self, setup, logs):
        """Go on in the folder that an agent which has ended left; whether there is one."""
        if not setup.adopts or b"session=" + setup.session not in marker_lines(self.folder):
            return False
        if not os.path.isdir(self.folder + b"/state"):
            os.mkdir(self.folder + b"/state", 0o700)
        for name in os.listdir(self.folder + b"/state"):
            if os.path.isfile(join(self.folder + b"/state", name)):
                os.unlink(join(self.folder + b"/state", name))
        self.mark(self.folder, setup, logs)
        for folder, folders, files in os.walk(self.tree):
            below = folder[len(self.tree) + 1:]
            self.made.update(join(below, name) for name in folders)
            for name in files:
                self.know(join(below, name), look(join(folder, name)))
        self.closed = set(path for path in self.made if look(join(self.scratch, path)) is None)
        return True

    def know(self, path, status):
        """Something that was caught before."""
        self.caught[path] = status.st_ino
        self.changed.add(path)
        name = path.rpartition(b"/")[2]
        if name.startswith(PACKAGE_FILE) or path.startswith(b"upload_tmp."):
            self.packages[path] = [status.st_size, now(), b""]

    def mark(self, folder, setup, logs):
        lines = [b"spkcap 1", b"session=" + setup.session, b"started=%d" % int(time.time()),
                 b"pid=%d" % os.getpid(), b"engine=python"]
        lines += [b"log=" + path + b":%d" % log.begun for path, log in logs.items()]
        with open(folder + b"/marker.new", "wb") as stream:
            stream.write(b"\n".join(lines) + b"\n")
        os.rename(folder + b"/marker.new", folder + b"/marker")

    def make(self, setup, logs):
        # Under a name that says whose it is, until the marker is in it: nothing can be left that nobody knows.
        new = self.folder + b".new"
        for path in (new, new + b"/tree", new + b"/state"):
            os.mkdir(path, 0o700)
        self.mark(new, setup, logs)
        probe = new + b"/state/probe"
        os.link(new + b"/marker", probe)
        os.unlink(probe)
        os.rename(new, self.folder)


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


class Catcher(object):
    """Links what comes up in the watched places."""

    def __init__(self, setup, reporter):
        self.setup, self.reporter = setup, reporter
        self.volumes = []
        self.watches, self.watched = {}, {}
        self.inotify = None
        self.files, self.bytes, self.last_catch, self.reported = 0, 0, now(), 0
        self.detaching = []   # what was moved away
        self.settling = []    # [moment, volume, path] of files that were closed
        self.rescues, self.rescued = [], set()
        self.searched = self.missed = 0

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
        self.stop_watching()

    def stop_watching(self):
        os.close(self.inotify.fd)
        self.inotify, self.watches, self.watched = None, {}, {}

    def watch_anew(self):
        """After lost events no watch is known to be where it was: set all of them again, and look through everything."""
        self.stop_watching()
        for volume in self.volumes:
            for path in [path for path in volume.made if look(join(volume.scratch, path)) is None]:
                self.leave(volume, path, True, True)
        self.start()

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
            self.watch_anew()
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
            if mask & CLOSE_WRITE and path in volume.caught:
                self.settle(volume, path)

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
            # What is none of ours is not even looked at: it may be a mount of a server that is gone.
            if self.classify(volume, join(path, name)) is None:
                continue
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
                self.refresh(volume, path, status, have)
                return
            self.retire(volume, path)
        try:
            os.link(source, target)
        except OSError as error:
            self.miss(volume, path, kind, error)
            return
        self.note(volume, path, target, is_package)

    def refresh(self, volume, path, status, have):
        """We know this file; where we hold a copy of it and DSM wrote to it again, take the file itself again."""
        volume.changed.add(path)
        if status is None or have is None or have.st_ino == status.st_ino:
            return
        if have.st_size != status.st_size or abs(have.st_mtime - status.st_mtime) > 0.001:
            again = volume.folder + b"/state/again"
            try:
                os.link(join(volume.scratch, path), again)
                os.rename(again, join(volume.tree, path))
            except OSError as error:
                self.miss(volume, path, None, error)

    def miss(self, volume, path, kind, error):
        if error.errno == errno.EEXIST and kind is not None:
            self.retire(volume, path)
            self.catch(volume, path, kind)
        elif error.errno in (errno.ENOENT, errno.ENOTDIR):
            self.missed = now()
        else:
            self.reporter.once(b"ERR", b"link", path + b": " + str(error).encode("utf-8"))

    def note(self, volume, path, target, is_package):
        status = look(target)
        if status is None:
            return
        volume.caught[path] = status.st_ino
        volume.changed.add(path)
        self.files += 1
        self.last_catch = now()
        self.settle(volume, path)
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

    # what has no name any more

    def rescue(self, limit, at_once=False):
        """Copy deleted files out of the processes that have them open. Looks for such files while something happens."""
        moment = now()
        recent = moment - self.last_catch < 5 and moment - self.searched >= 2
        if at_once or recent or (self.missed > self.searched and moment - self.searched >= 0.2):
            self.searched = moment
            self.search()
        for rescue in list(self.rescues):
            was_open = rescue.is_open()
            try:
                ended = rescue.copy(now() + limit) and not was_open
            except (IOError, OSError) as error:
                self.reporter.once(b"ERR", b"rescue", str(error))
                ended = True
            rescue.volume.changed.add(rescue.path)
            if ended:
                rescue.close()
                self.rescues.remove(rescue)

    def search(self):
        own = str(os.getpid())
        for process in os.listdir("/proc"):
            if not process.isdigit() or process == own:
                continue
            folder = ("/proc/%s/fd/" % process).encode()
            try:
                links = [folder + name for name in os.listdir(folder)]
            except OSError:
                continue
            for link in links:
                self.examine(link)

    def examine(self, link):
        """Begin to rescue what `link` in /proc stands for, if it is a deleted file of a watched place."""
        try:
            path = os.readlink(link)
            if not path.endswith(DELETED):
                return
            status = os.stat(link)
        except OSError:
            return
        if status.st_nlink or not stat.S_ISREG(status.st_mode) or (status.st_dev, status.st_ino) in self.rescued:
            return
        for volume in self.volumes:
            if path.startswith(volume.scratch + b"/"):
                self.begin_rescue(volume, path[len(volume.scratch) + 1:-len(DELETED)], link, status)

    def begin_rescue(self, volume, path, link, status):
        found = self.classify(volume, path)
        if found is None or found[0] is None:
            return
        is_package = self.is_package(path, found[0])
        if volume.low and (not is_package or status.st_size > volume.low):
            self.reporter.once(b"ERR", b"space", path + b" was deleted while open, and there is no room for a copy")
            return
        number, name = 0, path
        while look(join(volume.tree, name)):
            number += 1
            name = path + b".~%d~" % number
        try:
            self.make_plain_folder(os.path.dirname(join(volume.tree, name)))
            rescue = Rescue(link, volume, name)
        except (IOError, OSError) as error:
            self.reporter.once(b"ERR", b"rescue", str(error))
            return
        self.rescues.append(rescue)
        self.rescued.add(rescue.inode)
        self.note(volume, name, join(volume.tree, name), is_package)
        volume.caught[name] = -1

    @staticmethod
    def make_plain_folder(path):
        if look(path) is None:
            os.makedirs(path, 0o700)

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
        self.detach_early(end, min(most, EARLY_BYTES))

    def settle(self, volume, path):
        if b"/package/" in path:
            self.settling.append((now(), volume, path))

    def detach_early(self, end, most):
        """Small files of the payload that stand still are copied before the package can be installed and change them."""
        while self.settling and now() < end and now() - self.settling[0][0] > SETTLED_SECONDS:
            _, volume, path = self.settling.pop(0)
            target = join(volume.tree, path)
            status = look(target)
            if status is not None and stat.S_ISREG(status.st_mode) and status.st_nlink > 1 and not volume.low:
                if status.st_size <= most and status.st_ino == volume.caught.get(path):
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


    # giving back

    def give_up(self, volume):
        """Let go of the unpacked payload: what DSM has deleted is then really free again."""
        volume.given_up = True
        self.reporter.say(b"ERR", b"space", volume.name + b" is all but full: the unpacked files were let go")
        for path in list(volume.caught):
            if b"/package/" in path or path.endswith(b"/package.tgz"):
                try:
                    os.unlink(join(volume.tree, path))
                except OSError:
                    continue
                self.bytes -= volume.sizes.get(path, 0)
                self.files -= 1
                self.forget(volume, path)

    # telling again

    def tell_again(self):
        """Everything that was told, for a PC that has come back or another one."""
        for volume in self.volumes:
            for path, size in sorted(volume.sizes.items()):
                status = look(join(volume.tree, path))
                self.reporter.say(b"FILE", volume.name, path, size, status.st_ino if status else 0)
            for known in volume.packages.values():
                known[2] = b""
            if volume.low:
                self.reporter.say(b"LOW", volume.name, volume.low)


class Agent(object):
    """The life of the agent: orders, timers, the end."""

    def __init__(self, setup, orders, reporter):
        self.setup, self.orders, self.reporter = setup, orders, reporter
        self.catcher = Catcher(setup, reporter)
        self.logs = dict((path, Log(setup.root + path)) for path in setup.logs)
        self.begun = self.heard = self.ticked = self.spaced = now()
        self.phase = self.attached = None
        self.free = self.told = self.asked = 0
        self.beat, self.is_attached, self.stopped = None, False, False

    def remember_logs(self):
        """An adopted folder knows how long the logs were when the capture began."""
        for name in self.setup.volumes if self.setup.adopts else []:
            for line in marker_lines(Volume(name, self.setup).folder):
                path, _, size = line[4:].rpartition(b":")
                if line.startswith(b"log=") and path in self.logs and size.isdigit():
                    self.logs[path].offset = self.logs[path].begun = int(size)

    def prepare(self):
        self.remember_logs()
        for name in self.setup.volumes:
            volume = Volume(name, self.setup)
            try:
                if not re.match(b"^/volume[0-9]+$", name) or not stat.S_ISDIR(os.lstat(volume.scratch).st_mode):
                    raise OSError(errno.ENOTDIR, "there is no @tmp folder")
                if not volume.take(self.setup, self.logs):
                    volume.make(self.setup, self.logs)
                self.catcher.files += len(volume.caught)
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
        self.catcher.rescue(0.2, True)
        self.say_ready()
        self.tell()
        reason = b""
        while not reason:
            lines = self.wait()
            self.catcher.process(0.2)
            if self.catcher.inotify is None:
                self.catcher.sweep()
            self.catcher.detach(0.02)
            self.catcher.rescue(0.02)
            self.take_files()
            self.tell()
            reason = self.end(lines)
        self.catcher.process(0.2)
        self.catcher.sweep()
        self.catcher.detach(20)
        self.catcher.rescue(20, True)
        self.tell(True)
        return reason

    def say_ready(self):
        method = b"inotify" if self.catcher.inotify else b"poll"
        self.reporter.say(b"READY", b"1", self.setup.session, b"python", method, os.getpid())

    def take_files(self):
        """Orders of a PC that has come back: it cannot reach our standard input, so they come as files."""
        if now() - self.asked < 0.2:
            return
        self.asked = now()
        state = self.catcher.volumes[0].folder + b"/state/"
        beat = look(state + b"heard")
        beat = beat and (beat.st_mtime, beat.st_ino)
        if beat != self.beat:
            self.beat, self.heard, self.is_attached = beat, now(), True
        self.is_attached = self.is_attached and look(state + b"eof") is None
        self.stopped = look(state + b"stop") is not None
        try:
            with open(state + b"attach", "rb") as stream:
                name = stream.read().strip()
        except (IOError, OSError):
            return
        if name != self.attached and re.match(b"^report[.][0-9a-f]{8}$", name):
            self.attached = name
            self.attach(state + name)

    def attach(self, path):
        self.reporter.redirect(path)
        for volume in self.catcher.volumes:
            self.reporter.say(b"FOLDER", volume.name, volume.folder)
        self.say_ready()
        self.catcher.tell_again()
        self.phase = None
        for log in self.logs.values():
            log.offset, log.rest = log.begun, b""

    def ended(self):
        """Let the process that sends our reports to the PC know that there will be no more."""
        if self.attached is not None:
            open(self.catcher.volumes[0].folder + b"/state/ended", "wb").close()

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
        if self.catcher.rescues or self.catcher.settling:
            return 0.05
        if now() - self.told < 0.05:
            return 0.05
        if self.catcher.inotify is None:
            return 0.03 if active else 0.25
        return 0.25 if active else 1.0

    def end(self, lines):
        moment = now()
        if self.stopped or b"STOP" in lines:
            return b"stop"
        if moment - self.begun > self.setup.number(b"TTL"):
            return b"ttl"
        hung_up = self.orders.ended and not self.is_attached
        gone = hung_up or moment - self.heard > self.setup.number(b"GONE")
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
            volume.low = max(free, 1) if low else 0
            if free < self.setup.number(b"LOWSPACE") // 4 and not volume.given_up:
                self.catcher.give_up(volume)
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
    agent.ended()
    return 0


sys.exit(main())
