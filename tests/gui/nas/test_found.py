"""Tests of what lies on the NAS from before, of the options, and of F9: one click to a running capture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.connect import ConnectDialog
from gui.nas.engine import Controls
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.plan import CAPTURE_AT_ONCE, CAPTURE_OPEN
from gui.nas.profiles import NasProfile, Profiles
from gui.nas.workspace import CaptureWorkspace
from spkcore.base.errors import SpkError
from spkcore.base.tasks import TaskContext
from spkcore.nas import errors
from spkcore.nas.capture import Keep, Until
from spkcore.nas.events import ConnectionChanged, FileCaught, PackageSeen, PackageState, Step, StepChanged
from spkcore.nas.hostkeys import HostKeyQuestion
from spkcore.nas.login import Login
from spkcore.nas.orphans import Leftover, Orphan
from spkcore.nas.session import Target
from tests.fakes.notifier import FakeNotifier
from tests.fakes.secrets import FakeSecrets
from tests.gui.conftest import StallWatch
from tests.gui.nas.conftest import connect, shown_workspace
from tests.gui.nas.fakes import VOLUMES, FakeEngine

BEGUN = datetime(2026, 11, 22, 17, 41, tzinfo=UTC)
GIT = ("synopkg/download.x/@SYNOPKG_DOWNLOAD_Git", 2048)
RUNNING = (
    Orphan("/volume1/@tmp/spkcap-9f00ab12", "9f00ab12", BEGUN, True, (GIT,)),
    Orphan("/volume2/@tmp/spkcap-9f00ab12", "9f00ab12", BEGUN, True, ()),
)
ENDED = Orphan("/volume1/@tmp/spkcap-1a2b3c4d", "1a2b3c4d", None, False, (GIT,))
EMPTY = Orphan("/volume1/@tmp/spkcap-00000000", "00000000", None, False, ())
LEFT = Leftover("/volume1/@tmp/synopkg/download.q/@SYNOPKG_DOWNLOAD_Perl", 1024)


@pytest.fixture
def workspace(qtbot: QtBot, context: AppContext, engine: FakeEngine) -> Iterator[CaptureWorkspace]:
    with shown_workspace(qtbot, context, engine, (1000, 700)) as page:
        engine.on_capture = wait_for_stop
        yield page


def wait_for_stop(_folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
    controls.on_event(StepChanged(Step.WAITING, ""))
    while not controls.stop.wait(0.01):
        context.check()
    return CaptureOutcome(())


def press(page: CaptureWorkspace, text: str) -> None:
    (button,) = [button for button in page.setup_panel.found.buttons if button.text() == text]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def stop(qtbot: QtBot, page: CaptureWorkspace) -> None:
    qtbot.waitUntil(page.live_panel.stop_button.isEnabled)
    page.live_panel.stop_button.click()
    qtbot.waitUntil(page.result_panel.isVisible)


def test_a_capture_that_still_runs_goes_on_with_all_its_volumes(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    engine.orphans = RUNNING
    connect(qtbot, workspace)
    texts = workspace.setup_panel.found.texts
    assert texts[0] == "A capture still runs on the NAS"
    assert "1 package file (2.0 kB): Git" in texts[1]
    press(workspace, "Go on")
    qtbot.waitUntil(lambda: workspace.live_panel.headline.text() == "Going on with the capture")
    (plan,) = engine.plans
    assert plan.resume == RUNNING[0]
    assert plan.volumes == ("/volume1", "/volume2")
    stop(qtbot, workspace)


def test_one_that_was_cut_off_is_fetched_or_removed(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    engine.orphans = (ENDED,)
    connect(qtbot, workspace)
    press(workspace, "Fetch")
    qtbot.waitUntil(lambda: engine.taken == [ENDED])
    qtbot.waitUntil(workspace.result_panel.isVisible)
    engine.orphans = (EMPTY,)
    workspace.result_panel.again_button.click()
    qtbot.waitUntil(lambda: "no package file yet" in " ".join(workspace.setup_panel.found.texts))
    assert [button.text() for button in workspace.setup_panel.found.buttons] == ["Remove"]
    press(workspace, "Remove")
    qtbot.waitUntil(lambda: engine.removed == [EMPTY])
    assert workspace.setup_panel.found.isHidden()


def test_one_that_runs_is_removed_only_after_asking(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier
) -> None:
    engine.orphans = RUNNING
    connect(qtbot, workspace)
    press(workspace, "Remove")
    assert engine.removed == []
    notifier.answer("cancel")
    press(workspace, "Remove")
    notifier.answer("remove")
    qtbot.waitUntil(lambda: engine.removed == list(RUNNING))


def test_what_package_center_left_is_taken(qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine) -> None:
    engine.leftovers = (LEFT,)
    connect(qtbot, workspace)
    assert "1 package file (1.0 kB): Perl" in workspace.setup_panel.found.texts
    press(workspace, "Take")
    qtbot.waitUntil(lambda: workspace.live_panel.headline.text() == "Taking what lies there")
    (plan,) = engine.plans
    assert (plan.leftovers, plan.until) == (True, Until.FOUND)
    stop(qtbot, workspace)


def test_options_count_for_the_next_capture_and_stay(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext
) -> None:
    engine.volumes = VOLUMES
    connect(qtbot, workspace)
    options = workspace.setup_panel.options
    assert not options.until.isVisible()
    QTest.keyClick(options.button, Qt.Key.Key_Return)
    assert options.until.isVisible()
    options.until.setCurrentIndex(options.until.findData("stopped"))
    options.keep.setCurrentIndex(options.keep.findData("everything"))
    options.way.setCurrentIndex(1)
    options.space.setValue(2000)
    QTest.keyClick(options.volume_boxes[0], Qt.Key.Key_Space)
    options.button.click()
    assert options.summary.text() == "ends when I stop it · keeps everything · volume2"
    workspace.setup_panel.start_button.click()
    qtbot.waitUntil(lambda: bool(engine.plans))
    plan = engine.plans[0]
    assert plan.volumes == ("/volume2",)
    assert (plan.until, plan.options.keep, plan.options.way, plan.options.space) == (
        Until.STOPPED,
        Keep.EVERYTHING,
        "exec",
        2000,
    )
    stop(qtbot, workspace)
    again = CaptureWorkspace(context, None, engine)
    qtbot.addWidget(again)
    assert again.setup_panel.options.until.currentData() == "stopped"
    again.shut_down()


def test_no_volume_means_all(qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine) -> None:
    engine.volumes = VOLUMES
    connect(qtbot, workspace)
    for box in list(workspace.setup_panel.options.volume_boxes):
        box.setChecked(False)
    assert all(box.isChecked() for box in workspace.setup_panel.options.volume_boxes)


def test_a_lost_connection_is_told_calmly_and_the_capture_goes_on(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    heard: list[Controls] = []

    def script(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        heard.append(controls)
        return wait_for_stop(folder, controls, context)

    engine.on_capture = script
    connect(qtbot, workspace)
    workspace.controller.start()
    live = workspace.live_panel
    qtbot.waitUntil(live.stop_button.isEnabled)
    heard[0].on_event(ConnectionChanged(is_there=False, text=""))
    qtbot.waitUntil(lambda: live.headline.text() == "Getting the connection back")
    assert "The capture goes on on the NAS" in live.hint.text()
    assert live.banner.message == ""
    heard[0].on_event(ConnectionChanged(is_there=True, text=""))
    qtbot.waitUntil(lambda: "is back" in live.banner.message)
    assert live.headline.text() == "Now install the package in Package Center"
    live.banner.dismiss()
    qtbot.wait(250)
    assert live.banner.message == ""
    stop(qtbot, workspace)


def remember(context: AppContext, secrets: FakeSecrets, password: str = "hunter2") -> None:
    Profiles(context.settings).remember(NasProfile("nas", 22, "admin"))
    if password:
        secrets.kept["admin@nas"] = password


def test_f9_connects_to_the_known_nas_and_starts(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, secrets: FakeSecrets
) -> None:
    remember(context, secrets)
    workspace.capture_now()
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    assert engine.attempts == 1
    qtbot.waitUntil(lambda: workspace.findChild(ConnectDialog) is None)
    workspace.capture_now()
    assert len(engine.plans) == 1
    stop(qtbot, workspace)
    workspace.capture_now()
    qtbot.waitUntil(lambda: len(engine.plans) == 2)
    stop(qtbot, workspace)


def test_f9_asks_for_the_password_where_none_is_kept(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, secrets: FakeSecrets
) -> None:
    remember(context, secrets, "")
    workspace.capture_now()
    dialog = workspace.findChild(ConnectDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.form.password, "hunter2")
    assert engine.attempts == 0
    QTest.keyClick(dialog.form.password, Qt.Key.Key_Return)
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    stop(qtbot, workspace)


def test_a_kept_password_that_is_wrong_is_tried_once(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, secrets: FakeSecrets
) -> None:
    def refuse(target: Target, login: Login, confirm: object, context: TaskContext) -> None:
        raise errors.AuthenticationFailedError(target.place)

    engine.on_connect = refuse
    remember(context, secrets, "old")
    workspace.capture_now()
    dialog = workspace.findChild(ConnectDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "Auto Block" in dialog.error.text)
    QTest.keyClick(dialog.form.password, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: workspace.findChild(ConnectDialog) is None)
    workspace.capture_now()
    again = workspace.findChild(ConnectDialog)
    assert again is not None
    qtbot.waitUntil(lambda: again.form.password.text() == "old")
    qtbot.waitUntil(lambda: not context.tasks.running())
    assert engine.attempts == 1
    engine.on_connect = None
    again.form.connect_button.click()
    qtbot.waitUntil(workspace.live_panel.stop_button.isEnabled)
    stop(qtbot, workspace)


def test_f9_waits_where_an_earlier_capture_wants_a_decision(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, secrets: FakeSecrets
) -> None:
    engine.orphans = (ENDED,)
    remember(context, secrets)
    workspace.capture_now()
    qtbot.waitUntil(workspace.setup_panel.found.isVisible)
    qtbot.waitUntil(lambda: not context.tasks.running())
    assert engine.plans == []


def test_f9_only_shows_the_page_where_the_user_wants_that(
    workspace: CaptureWorkspace, context: AppContext, secrets: FakeSecrets
) -> None:
    workspace.capture_now()
    assert workspace.findChild(ConnectDialog) is None
    remember(context, secrets)
    context.settings.put(CAPTURE_AT_ONCE, value=False)
    workspace.capture_now()
    assert workspace.findChild(ConnectDialog) is None


def test_packages_of_one_queue_stay_apart_and_the_unpacked_tree_opens(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, tmp_path: Path
) -> None:
    def script(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        spk = ResultFile(tmp_path / "a.spk", "A 1", 9, True, True, package="A 1", explanation="It is encrypted.")
        tree = ResultFile(tmp_path / "a unpacked", "Unpacked", 0, True, False, True, package="A 1")
        other = ResultFile(tmp_path / "b.spk", "B 2", 9, True, True, package="B 2")
        return CaptureOutcome((spk, tree, other))

    engine.on_capture = script
    context.settings.put(CAPTURE_OPEN, value=False)
    opened: list[object] = []
    workspace.package_ready.connect(opened.append)
    connect(qtbot, workspace)
    workspace.controller.start()
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert opened == []
    texts = [label.text() for label in workspace.result_panel.findChildren(QPushButton)]
    assert "It is encrypted." in shown_texts(workspace)
    assert {"A 1", "B 2", "a.spk", "a unpacked", "b.spk"} <= set(shown_texts(workspace))
    assert texts.count("Open in the editor") == 1
    (button,) = [
        button
        for button in workspace.result_panel.findChildren(QPushButton)
        if button.accessibleName() == "Open a unpacked in the editor"
    ]
    button.click()
    assert opened == [tmp_path / "a unpacked"]


def shown_texts(page: CaptureWorkspace) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in page.result_panel.findChildren(QLabel) if label.isVisible()]


def test_an_encrypted_package_opens_as_its_unpacked_tree_by_itself(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, tmp_path: Path
) -> None:
    def script(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        spk = ResultFile(tmp_path / "a.spk", "A 1", 9, complete=True, is_package=True, package="A 1")
        tree = ResultFile(tmp_path / "tree", "", 0, complete=True, is_package=False, readable=True, package="A 1")
        return CaptureOutcome((spk, tree))

    engine.on_capture = script
    connect(qtbot, workspace)
    with qtbot.waitSignal(workspace.package_ready) as opened:
        workspace.controller.start()
    assert opened.args == [tmp_path / "tree"]


def test_the_session_log_is_read_copied_and_saved(
    qtbot: QtBot, workspace: CaptureWorkspace, notifier: FakeNotifier, tmp_path: Path
) -> None:
    connect(qtbot, workspace)
    workspace.log_button.click()
    assert workspace.log.text.isVisible()
    assert workspace.log.toPlainText() == "12:00:00 Connect to nas"
    notifier.saves = [tmp_path / "capture.log"]
    workspace.log.save_button.click()
    assert (tmp_path / "capture.log").read_text(encoding="utf-8") == "12:00:00 Connect to nas\n"
    workspace.log.copy_button.click()
    assert notifier.informed == ["Session log copied"]


LOGIN_ERRORS = (
    (errors.RefusedError("nas:22"), "Control Panel > Terminal & SNMP > Terminal"),
    (errors.NameNotFoundError("nas"), "Control Panel > Network"),
    (errors.NasTimeoutError("nas:22", "connecting"), "Control Panel > Terminal & SNMP > Terminal"),
    (errors.NotSshError("nas:5001", 5001), "5001 is the port of a web page"),
    (errors.AlgorithmsTooOldError("nas", "kex"), "Terminal & SNMP > Advanced Settings"),
    (errors.HostKeyChangedError("nas", "SHA256:x"), "Control Panel > Update & Restore"),
    (errors.AuthenticationFailedError("nas"), "Control Panel > Security > Protection"),
    (errors.KeyRefusedError("nas", "admin"), "Control Panel > User & Group > Advanced > User Home"),
    (errors.CodeNeededError("code"), "Personal > Security"),
    (errors.NotAdministratorError("nas", "bob"), "Control Panel > User & Group"),
    (errors.SftpUnavailableError("nas", "off"), "Control Panel > File Services > FTP > SFTP"),
    (errors.KeyUnusableError("id", "format"), "PuTTYgen"),
)


@pytest.mark.parametrize(("error", "cure"), LOGIN_ERRORS, ids=lambda value: type(value).__name__)
def test_every_refusal_names_its_cure_in_the_dialog(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, error: SpkError, cure: str
) -> None:
    def refuse(target: Target, login: Login, confirm: object, context: TaskContext) -> None:
        raise error

    engine.on_connect = refuse
    workspace.choose_nas()
    dialog = workspace.findChild(ConnectDialog)
    assert dialog is not None
    dialog.form.address.setText("nas")
    dialog.form.user.setText("admin")
    dialog.form.password.setText("x")
    dialog.form.connect_button.click()
    qtbot.waitUntil(lambda: cure in dialog.error.text)
    assert error.what in dialog.error.text
    assert dialog.error.isVisible()
    assert engine.attempts == 1
    dialog.close()
    qtbot.waitUntil(lambda: workspace.findChild(ConnectDialog) is None)


def test_a_key_of_the_agent_is_chosen_and_no_other_is_offered(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spkcore.nas import keyagent
    from spkcore.nas.login import AgentLogin

    asked: list[int] = []

    def keys() -> tuple[keyagent.AgentKey, ...]:
        asked.append(1)
        return (keyagent.AgentKey("home", "ssh-rsa", "SHA256:a"), keyagent.AgentKey("work", "ssh-rsa", "SHA256:b"))

    monkeypatch.setattr(keyagent, "agent_keys", keys)
    used: list[str] = []

    def script(target: Target, login: Login, confirm: Callable[[HostKeyQuestion], bool], context: TaskContext) -> None:
        assert isinstance(login, AgentLogin)
        used.append(login.agent_key)

    engine.on_connect = script
    workspace.choose_nas()
    dialog = workspace.findChild(ConnectDialog)
    assert dialog is not None
    dialog.form.address.setText("nas")
    dialog.form.user.setText("admin")
    assert asked == []
    dialog.form.use_agent.click()
    qtbot.waitUntil(lambda: dialog.form.agent_key.count() == 2)
    dialog.form.agent_key.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.connected):
        dialog.form.connect_button.click()
    assert used == ["SHA256:b"]
    assert Profiles(context.settings).all() == [NasProfile("nas", 22, "admin", "", "SHA256:b")]
    qtbot.waitUntil(workspace.setup_panel.start_button.isEnabled)


def test_a_connection_that_broke_over_night_is_opened_again_by_f9(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, secrets: FakeSecrets
) -> None:
    remember(context, secrets)
    connect(qtbot, workspace)
    assert workspace.controller.connection is not None
    workspace.controller.connection.close()
    workspace.capture_now()
    qtbot.waitUntil(lambda: len(engine.plans) == 1)
    assert engine.attempts == 1
    stop(qtbot, workspace)


def test_starting_on_a_connection_that_broke_says_so(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier
) -> None:
    connect(qtbot, workspace)
    assert workspace.controller.connection is not None
    workspace.controller.connection.close()
    workspace.setup_panel.start_button.click()
    assert [type(error) for error in notifier.errors] == [errors.ConnectionLostError]
    assert workspace.setup_panel.connect_button.isVisible()
    assert engine.plans == []


def test_a_flood_of_reports_leaves_the_window_fluid(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, stall_watch: StallWatch
) -> None:
    """A package of thirty thousand files, all reported at once, and each a second time with another size."""

    def script(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        controls.on_event(StepChanged(Step.INSTALLING, ""))
        for size in (100, 200):
            for number in range(30_000):
                controls.on_event(FileCaught("/volume1", f"synopkg/install.x/package/f{number}", size, number))
        controls.on_event(PackageSeen("/volume1", "synopkg/download.x/@SYNOPKG_DOWNLOAD_a", 9, PackageState.STABLE))
        return wait_for_stop(folder, controls, context)

    engine.on_capture = script
    connect(qtbot, workspace)
    stall_watch.worst_cpu = 0.0
    workspace.controller.start()
    state = workspace.controller.state
    qtbot.waitUntil(lambda: bool(state.files.packages), timeout=20_000)
    assert len(state.files) == 30_001
    stop(qtbot, workspace)
    assert stall_watch.worst_cpu < 0.2, f"{stall_watch.worst_cpu:.3f} s"


def test_f9_shows_a_result_that_was_not_seen_before_it_starts_another_capture(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, context: AppContext, secrets: FakeSecrets
) -> None:
    connect(qtbot, workspace)
    workspace.controller.start()
    stop(qtbot, workspace)
    workspace.hide()
    workspace.capture_now()
    workspace.show()
    assert workspace.result_panel.isVisible()
    workspace.capture_now()
    qtbot.waitUntil(lambda: len(engine.plans) == 2)
    stop(qtbot, workspace)
