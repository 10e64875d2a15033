"""One volume: what is watched, what was caught, the agent's folder there."""


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
