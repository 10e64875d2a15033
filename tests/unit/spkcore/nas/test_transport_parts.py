"""Parts of the NAS transport that need no NAS: host keys, log, waiting, prompts, facts, listings, arriving files."""

from __future__ import annotations

import base64
import hashlib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.errors import Cancelled
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors, waiting
from spkcore.nas.facts import Volume, parse_facts
from spkcore.nas.hostkeys import HostKeys, KnownKey
from spkcore.nas.login import is_password_prompt
from spkcore.nas.process import RemoteProcess
from spkcore.nas.received import RemoteFile, arriving, name_lines
from spkcore.nas.sessionlog import SessionLog
from spkcore.nas.transfer import parse_listing

KEY = KnownKey("ssh-ed25519", b"\0\0\0\x0bssh-ed25519 something")


def test_nothing_heavy_is_imported_before_a_connection_is_made() -> None:
    code = (
        "import sys, spkcore.nas.session, spkcore.nas.transfer, spkcore.nas.capture, spkcore.nas.demo.nas\n"
        "sys.exit(bool({'paramiko', 'cryptography'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestHostKeys:
    def test_a_key_is_known_for_its_host_and_port_only(self, tmp_path: Path) -> None:
        keys = HostKeys(tmp_path / "sub" / "keys")
        keys.add("NAS.local", 22, KEY)
        assert keys.known("nas.local", 22) == (KEY,)
        assert keys.known("nas.local", 2222) == ()
        assert keys.known("other", 22) == ()

    def test_forgetting_keeps_everything_else(self, tmp_path: Path) -> None:
        path = tmp_path / "keys"
        blob = base64.b64encode(KEY.blob).decode()
        others = f"# note\n|1|abc=|def= ssh-rsa AAAA\nbroken line\nx ssh-rsa !!!\nother {KEY.algorithm} {blob}\n"
        path.write_text(f"{others}[nas]:2200 {KEY.algorithm} {blob} comment\n", encoding="utf-8")
        keys = HostKeys(path)
        assert keys.known("nas", 2200) == (KEY,)
        keys.forget("nas", 2200)
        assert path.read_text(encoding="utf-8") == others

    def test_a_fingerprint_is_sha256_without_padding(self) -> None:
        expected = base64.b64encode(hashlib.sha256(KEY.blob).digest()).decode().rstrip("=")
        assert KEY.fingerprint == f"SHA256:{expected}"


class TestWaiting:
    def test_values_and_errors_come_through(self) -> None:
        assert waiting.call(lambda: 7, TaskContext(), 5, lambda _: None) == 7
        with pytest.raises(ZeroDivisionError):
            waiting.call(lambda: 1 // 0, TaskContext(), 5, lambda _: None)

    def test_cancelling_returns_at_once_and_discards_the_late_value(self) -> None:
        release, discarded = threading.Event(), threading.Event()
        context = TaskContext()
        context.cancel()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            waiting.call(release.wait, context, 60, lambda _: discarded.set())
        assert time.monotonic() - started < 1
        release.set()
        assert discarded.wait(5)

    def test_time_runs_out(self) -> None:
        release = threading.Event()
        with pytest.raises(TimeoutError):
            waiting.call(release.wait, TaskContext(), 0.05, lambda _: None)
        release.set()


class AfterTheFirst:
    """Stands for the second channel of a connection: paramiko closes the first one just before."""

    def __init__(self, first: RemoteProcess) -> None:
        self._first = first
        self.said: list[str] = []

    def _unlink(self) -> None:
        try:
            self.said.append(f"orderly end {self._first.read(1)!r}")
        except errors.ConnectionLostError:
            self.said.append("lost")


def test_a_connection_is_lost_as_soon_as_its_channels_are() -> None:
    """A broken connection looked like the end of the command to whoever was quick; the capture then gave up."""
    import paramiko

    from spkcore.nas.transport import NasTransport

    here, there = socket.socketpair()
    made: Any = NasTransport(here)
    channel: Any = paramiko.Channel(1)
    channel._set_transport(made)
    last = AfterTheFirst(RemoteProcess(channel, "nas", TaskContext()))
    made._channels.put(1, channel)
    made._channels.put(2, last)
    made.start_client(threading.Event())
    assert made.is_active()
    there.close()
    made.join(10)
    assert last.said == ["lost"]


class TestLog:
    def test_secrets_and_line_breaks_do_not_get_in(self) -> None:
        heard: list[str] = []
        log = SessionLog(heard.append)
        log.hide("pass word")
        log.hide("")
        log.add("say pass word\nagain " + "x" * 1000)
        assert heard == list(log.lines)
        assert "pass word" not in heard[0]
        assert "say ••• again" in heard[0]
        assert len(heard[0]) < 450


@pytest.mark.parametrize(
    ("prompt", "is_password"),
    [
        ("Password: ", True),
        ("alice@nas's password:", True),
        ("One-time password (OATH) for `alice': ", False),
        ("Verification code: ", False),
        ("Enter your 6-digit OTP password", False),
    ],
)
def test_only_the_accounts_password_counts_as_one(prompt: str, is_password: bool) -> None:
    assert is_password_prompt(prompt) is is_password


class TestFacts:
    OUTPUT = """\
== version
majorversion="6"
productversion="6.2.4"
buildnumber="25556"
smallfixnumber="0"
== model
unique="synology_armada370_213j"
== machine
armv7l
== mounts
/dev/md0 / ext4 rw 0 0
/dev/vg2/v2 /volume2 ext4 ro,relatime 0 0
/dev/vg1/v1 /volume1 ext4 rw,relatime 0 0
/dev/vg1/v1 /volume10 btrfs rw 0 0
//pc/share /volume1/remote cifs rw 0 0
/dev/usb /volumeUSB1/usbshare vfat rw 0 0
== space
/volume1 /dev/vg1/v1 1000 400 600 40% /elsewhere
/volume10
== python
/usr/bin/python 2.7.12
== tools
== shares
w /volume1/my share/
== end
"""

    def test_an_older_dsm_is_understood(self) -> None:
        facts = parse_facts(self.OUTPUT)
        assert facts is not None
        assert facts.title == "213J, DSM 6.2.4-25556"
        assert (facts.platform, facts.major, facts.machine) == ("armada370", 6, "armv7l")
        assert facts.volumes == (Volume("/volume1", "ext4", 1024000, 614400), Volume("/volume10", "btrfs", 0, 0))
        assert (facts.python, facts.python_version) == ("/usr/bin/python", "2.7.12")
        assert [(share.name, share.writable) for share in facts.shares] == [("my share", True)]

    def test_a_broken_off_answer_is_no_answer(self) -> None:
        assert parse_facts(self.OUTPUT.replace("== end", "")) is None

    @given(st.text())
    @settings(max_examples=100, deadline=None)
    def test_nothing_a_shell_says_breaks_it(self, noise: str) -> None:
        parse_facts(f"{noise}\n== end\n{noise}\n== space\n{noise}\n== mounts\n{noise} /volume1 ext4 rw")


def test_a_listing_needs_size_and_checksum() -> None:
    empty = "d41d8cd98f00b204e9800998ecf8427e"
    text = f"  12 ./a b\n 5 ./gone\n0 ./w\\x\n 17 total\n{empty}  ./a b\n\\{empty}  ./w\\\\x\n==end\n"
    assert parse_listing(text) == [RemoteFile("a b", 12, empty), RemoteFile("w\\x", 0, empty)]


def test_names_never_look_like_options() -> None:
    assert name_lines([RemoteFile("-rf", 0, "")]) == b"./-rf\n"


class TestArriving:
    DATA = b"0123456789"
    FILE = RemoteFile("d/file", 10, hashlib.md5(DATA).hexdigest())

    def test_pieces_out_of_order_become_the_file(self, tmp_path: Path) -> None:
        with arriving(tmp_path, [self.FILE]) as (file,):
            file.write(4, self.DATA[4:])
            file.write(0, self.DATA[:4])
            assert not (tmp_path / "d/file").exists()
            file.finish()
        assert (tmp_path / "d/file").read_bytes() == self.DATA
        assert [path.name for path in (tmp_path / "d").iterdir()] == ["file"]

    @pytest.mark.parametrize("received", [b"", b"012345678", b"0123456789x", b"9123456789"])
    def test_a_damaged_file_is_refused_and_removed(self, received: bytes, tmp_path: Path) -> None:
        with arriving(tmp_path, [self.FILE]) as (file,):
            file.write(0, received)
            with pytest.raises(errors.TransferDamagedError):
                file.finish()
        assert list((tmp_path / "d").iterdir()) == []

    def test_an_older_file_stays_until_the_new_one_is_whole(self, tmp_path: Path) -> None:
        (tmp_path / "d").mkdir()
        (tmp_path / "d/file").write_bytes(b"old")
        with arriving(tmp_path, [self.FILE]) as (file,):
            file.write(0, self.DATA[:5])
        assert (tmp_path / "d/file").read_bytes() == b"old"
        assert [path.name for path in (tmp_path / "d").iterdir()] == ["file"]

    @given(
        st.lists(st.text(st.characters(exclude_characters="\n\0", exclude_categories=["Cs"]), min_size=1), max_size=8)
    )
    @settings(max_examples=100, deadline=None)
    def test_every_name_gets_a_place_of_its_own_inside_the_folder(self, names: list[str]) -> None:
        folder = Path("/target")
        with arriving(folder, [RemoteFile(name, 0, "") for name in names]) as files:
            places = [str(file.path) for file in files]
        assert len({place.lower() for place in places}) == len(names)
        for place in places:
            assert ".." not in Path(place).parts
            assert Path(place).is_relative_to(folder)
