"""Keeping what could still be lost: deleted files that are open, files that an installed package may change."""


class Keeping(Catching):
    """Copies where a link is not enough."""

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
