"""The pictures of the NAS windows: connect dialog and capture workspace, behind which an engine does as it is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from docs.screenshots import capture_more
from docs.screenshots.stage import Stage
from gui.nas.asking import AskingLogin
from gui.nas.connect import ConnectDialog
from gui.nas.engine import Controls, RealEngine
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.plan import CAPTURE_FOLDER
from gui.nas.profiles import NasProfile, Profiles
from gui.nas.workspace import CaptureWorkspace
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.events import FileCaught, PackageSeen, PackageState, Step, StepChanged, Tick
from spkcore.nas.hostkeys import HostKeyQuestion
from spkcore.nas.login import Login
from spkcore.nas.orphans import Orphan
from spkcore.nas.session import Target
from tests.gui.nas.fakes import FakeConnection, FakeEngine

NAS = Target("diskstation", "jane")
FINGERPRINT = "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGLQHaCvzkvHzWJp3Ks"
SPK = "synopkg/download.Tailscale/@SYNOPKG_DOWNLOAD_Tailscale"
SIZE = 38_914_560
UNPACKED = (
    ("INFO", 1_912),
    ("package.tgz", 38_102_016),
    ("scripts/preinst", 211),
    ("scripts/postinst", 1_840),
    ("scripts/start-stop-status", 3_307),
    ("conf/privilege", 180),
    ("conf/resource", 402),
    ("PACKAGE_ICON.PNG", 4_118),
    ("PACKAGE_ICON_256.PNG", 17_240),
)
ORPHAN = Orphan(
    "/volume1/@tmp/spkcap-1a2b3c4d",
    "1a2b3c4d",
    None,
    is_running=False,
    packages=(("synopkg/download.x1/@SYNOPKG_DOWNLOAD_Perl", 21_400_000),),
)


def setup(stage: Stage) -> QWidget:
    """Before anything: which NAS, which folder."""
    _workspace(stage, FakeEngine())
    return stage.window


def ready(stage: Stage) -> QWidget:
    """Connected, with what an earlier capture left."""
    engine = FakeEngine()
    engine.orphans = (ORPHAN,)
    _open(stage, engine)
    return stage.window


def waiting(stage: Stage) -> QWidget:
    """Everything is watched: install the package now."""
    return _capture(stage, _wait)


def catching(stage: Stage) -> QWidget:
    """Files are caught."""
    return _capture(stage, _catch, seconds=1.5)


def pulling(stage: Stage) -> QWidget:
    """The package comes home."""
    return _capture(stage, _pull, seconds=2.5)


def done(stage: Stage) -> QWidget:
    """The package is here."""
    return _capture(stage, _finish)


def failed(stage: Stage) -> QWidget:
    """It did not work."""
    return _capture(stage, _fail)


def demo(stage: Stage) -> QWidget:
    """The demo NAS at work."""
    workspace = _workspace(stage, RealEngine(stage.context.home, demo_pace=1.5))
    workspace.start_demo()
    stage.wait(workspace.setup_panel.start_button.isEnabled)
    workspace.setup_panel.start_button.click()
    model = workspace.live_panel.view.model()
    stage.wait(lambda: model.rowCount() > 3 or workspace.result_panel.isVisible())
    return stage.window


def connect(stage: Stage) -> QWidget:
    """The empty form."""
    return _dialog(stage, FakeEngine())


def connect_saved(stage: Stage) -> QWidget:
    """A NAS that is known, with a key."""
    Profiles(stage.context.settings).remember(NasProfile("diskstation", 2222, "jane", "/home/jane/.ssh/id_ed25519"))
    return _dialog(stage, FakeEngine())


def connect_host_key(stage: Stage) -> QWidget:
    """The first connection."""
    return _attempt(stage, _ask_host_key)


def connect_error(stage: Stage) -> QWidget:
    """Nothing listens."""
    return _attempt(stage, partial(_refuse, errors.RefusedError("diskstation:22")))


def connect_changed(stage: Stage) -> QWidget:
    """The host key is another one."""
    return _attempt(stage, partial(_refuse, errors.HostKeyChangedError("diskstation:22", FINGERPRINT)))


def connect_code(stage: Stage) -> QWidget:
    """Two-factor login."""
    return _attempt(stage, _ask_code)


def connect_agent(stage: Stage) -> QWidget:
    """A key of the SSH agent."""
    dialog = _dialog(stage, FakeEngine())
    dialog.form.use_agent.setChecked(True)
    stage.wait(lambda: "Asking" not in dialog.form.agent_key.currentText())
    return dialog


def connecting(stage: Stage) -> QWidget:
    """A slow NAS."""
    return _attempt(stage, _take_long)


def _open(stage: Stage, engine: FakeEngine) -> CaptureWorkspace:
    workspace = _workspace(stage, engine)
    _connect(stage, workspace)
    return workspace


SHOTS = {
    "capture": setup,
    "capture-ready": ready,
    "capture-waiting": waiting,
    "capture-catching": catching,
    "capture-pulling": pulling,
    "capture-done": done,
    "capture-failed": failed,
    "capture-demo": demo,
    "connect": connect,
    "connect-saved": connect_saved,
    "connect-progress": connecting,
    "connect-host-key": connect_host_key,
    "connect-error": connect_error,
    "connect-changed": connect_changed,
    "connect-code": connect_code,
    "connect-agent": connect_agent,
    "capture-found": partial(capture_more.found, opening=_open),
    "capture-options": partial(capture_more.options, opening=_open),
    "capture-lost": partial(capture_more.lost, opening=_open),
    "capture-back": partial(capture_more.back, opening=_open),
    "capture-log": partial(capture_more.log, opening=_open),
    "capture-queue": partial(capture_more.queue, opening=_open),
    "capture-list": partial(capture_more.offers, opening=_open),
    "capture-list-none": partial(capture_more.offers_none, opening=_open),
    "capture-again": partial(capture_more.again, opening=_open),
    "capture-tasks": partial(capture_more.tasks, opening=_open),
    "addresses": capture_more.addresses,
    "addresses-empty": capture_more.addresses_empty,
}


def _workspace(stage: Stage, engine: FakeEngine | RealEngine) -> CaptureWorkspace:
    stage.context.settings.put(CAPTURE_FOLDER, str(stage.place / "Captured"))
    workspace = CaptureWorkspace(stage.context, stage.window, engine)
    stage.window.show_workspace(workspace)
    return workspace


def _connect(stage: Stage, workspace: CaptureWorkspace) -> None:
    workspace.controller.take_connection(FakeConnection(NAS))
    stage.wait(workspace.setup_panel.start_button.isEnabled)


CaptureScript = Callable[[Path, Controls, TaskContext], CaptureOutcome]


def _capture(stage: Stage, script: CaptureScript, seconds: float = 0.5) -> QWidget:
    engine = FakeEngine()
    engine.on_capture = script
    workspace = _workspace(stage, engine)
    _connect(stage, workspace)
    workspace.controller.start()
    stage.let_run(seconds)
    return stage.window


def _rest(context: TaskContext, seconds: float = 600) -> None:
    context.cancelled.wait(seconds)
    context.check()


def _wait(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
    controls.on_event(StepChanged(Step.WAITING, ""))
    controls.on_event(Tick(4, 0, 0, 1_412_000_000_000))
    _rest(context)
    return CaptureOutcome(())


def _report_files(controls: Controls, state: PackageState) -> None:
    controls.on_event(Tick(20, 10, SIZE, 1_412_000_000_000))
    controls.on_event(PackageSeen("/volume1", SPK, SIZE, state))
    for number, (name, size) in enumerate(UNPACKED):
        controls.on_event(FileCaught("/volume1", f"synopkg/install.Tailscale/{name}", size, 100 + number))


def _catch(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
    controls.on_event(StepChanged(Step.INSTALLING, ""))
    _report_files(controls, PackageState.GROWING)
    _rest(context)
    return CaptureOutcome(())


def _pull(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
    _report_files(controls, PackageState.STABLE)
    controls.on_event(StepChanged(Step.PULLING, ""))
    for tenth in range(20):
        context.progress(SIZE * (tenth + 1) // 40, SIZE, "Tailscale")
        _rest(context, 0.1)
    _rest(context)
    return CaptureOutcome(())


def _finish(folder: Path, controls: Controls, _context: TaskContext) -> CaptureOutcome:
    _report_files(controls, PackageState.STABLE)
    url = "https://global.synologydownload.com/download/Package/spk/Tailscale/Tailscale-x86_64-1.78.1.spk"
    name = "Tailscale-x86_64-1.78.1-700078001"
    spk = ResultFile(
        folder / f"{name}.spk", "Tailscale 1.78.1-700078001", SIZE, complete=True, is_package=True, url=url
    )
    title = "What Package Center unpacked"
    unpacked = ResultFile(folder / f"{name} unpacked", title, 0, complete=True, is_package=False)
    warning = "The package log was turned over while the capture ran; some lines may be missing."
    return CaptureOutcome((spk, unpacked), (warning,), 41.0)


def _fail(_folder: Path, controls: Controls, _context: TaskContext) -> CaptureOutcome:
    controls.on_event(StepChanged(Step.PREPARING, ""))
    raise errors.SudoRefusedError("jane@diskstation", "the password was not accepted")


def _dialog(stage: Stage, engine: FakeEngine) -> ConnectDialog:
    workspace = _workspace(stage, engine)
    workspace.choose_nas()
    dialog = stage.dialog("ConnectDialog")
    assert isinstance(dialog, ConnectDialog)
    return dialog


ConnectScript = Callable[[Target, Login, Callable[[HostKeyQuestion], bool], TaskContext], None]


def _attempt(stage: Stage, script: ConnectScript) -> QWidget:
    engine = FakeEngine()
    engine.on_connect = script
    dialog = _dialog(stage, engine)
    dialog.form.address.setText("diskstation")
    dialog.form.user.setText("jane")
    dialog.form.password.setText("a password")
    dialog.form.connect_button.click()
    stage.let_run(0.5)
    return dialog


def _ask_host_key(
    target: Target, _login: Login, confirm: Callable[[HostKeyQuestion], bool], _context: TaskContext
) -> None:
    confirm(HostKeyQuestion(target.host, target.port, "ssh-ed25519", FINGERPRINT))


def _ask_code(
    _target: Target, login: Login, _confirm: Callable[[HostKeyQuestion], bool], _context: TaskContext
) -> None:
    assert isinstance(login, AskingLogin)
    login.answer("", "", [("Enter 2FA code: ", True)])


def _refuse(
    error: SpkError,
    _target: Target,
    _login: Login,
    _confirm: Callable[[HostKeyQuestion], bool],
    _context: TaskContext,
) -> None:
    raise error


def _take_long(
    _target: Target, _login: Login, _confirm: Callable[[HostKeyQuestion], bool], context: TaskContext
) -> None:
    context.log("12:00:00 connecting to diskstation, port 22")
    _rest(context)
