"""Watching places and linking what comes up there."""


class Catching(object):
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
