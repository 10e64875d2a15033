"""Telling the PC what was caught, and giving space back."""


class Catcher(Keeping):
    """Catches, keeps and tells."""

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
