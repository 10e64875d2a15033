"""The life of the agent: orders, timers, the end."""


class Agent(object):
    """The life of the agent: orders, timers, the end."""

    def __init__(self, setup, orders, reporter):
        self.setup, self.orders, self.reporter = setup, orders, reporter
        self.catcher = Catcher(setup, reporter)
        self.logs = dict((path, Log(setup.root + path)) for path in setup.logs)
        self.begun = self.heard = self.spaced = now()
        self.ticked = self.begun - 2  # the free space is told with the first look
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
        if 0 in ready:
            self.heard = now()  # the end, too: the PC was there until then
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
