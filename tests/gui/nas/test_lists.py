"""Tests of the NAS's own list and of the window of package addresses, with downloads from a server on this computer."""

from __future__ import annotations

import hashlib
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.app.context import AppContext
from gui.nas.addressdesk import AddressDesk
from gui.nas.addressdialog import STATE, AddressDialog
from gui.nas.downloads import Downloads
from gui.nas.engine import Controls, RealEngine
from gui.nas.offersdialog import INSTALLED, NAME, OfferModel, OffersDialog
from gui.nas.outcome import CaptureOutcome, ResultFile
from gui.nas.workspace import CaptureWorkspace
from spkcore.base.tasks import TaskContext
from spkcore.nas.capture import Until
from spkcore.nas.catalogue import NasDownloadFailedError, NoCatalogueError
from spkcore.nas.demo import nas as demo_nas
from spkcore.nas.events import Step, StepChanged
from spkcore.nas.feeds import PackageUrl
from spkcore.nas.offers import Offer
from tests.fakes.notifier import FakeNotifier
from tests.gui.conftest import drop_on, mime_of
from tests.gui.nas.conftest import connect, shown_workspace
from tests.gui.nas.fakes import FakeEngine
from tests.gui.nas.test_workspace import demo_is_over, nameless

SPK = b"a package" * 1000
MD5 = hashlib.md5(SPK, usedforsecurity=False).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves one package at every address but /gone."""

    def do_GET(self) -> None:
        known = "gone" not in self.path
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(SPK) if known else 0))
        self.end_headers()
        if known:
            self.wfile.write(SPK)

    def log_message(self, format: str, *_values: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.fixture
def desk(qtbot: QtBot, context: AppContext) -> Iterator[AddressDesk]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = AddressDesk(context, window)
    yield made
    context.tasks.cancel_all()
    assert context.tasks.wait(10_000)


def address(server: str, name: str, *, md5: str = MD5) -> PackageUrl:
    return PackageUrl(f"{server}/{name}-x86_64-1.0.spk", name, "1.0", md5, len(SPK), "list")


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def states(dialog: AddressDialog) -> list[str]:
    return [dialog.model.index(row, STATE).data() for row in range(dialog.model.rowCount())]


def test_addresses_are_found_in_pasted_text_and_dropped_files(qtbot: QtBot, desk: AddressDesk, tmp_path: Path) -> None:
    dialog = desk.show_addresses()
    assert dialog.model.rowCount() == 0
    QGuiApplication.clipboard().setText("see https://x.example/a-noarch-1.spk and https://x.example/b.spk")
    click(dialog.paste_button)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    assert dialog.count.text() == "2 addresses came."
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "synoserver.enu").write_text(
        '[{"package": "Git", "version": "2", "link": "https://x.example/Git.spk", "md5": "' + "0" * 32 + '"}]'
    )
    drop_on(dialog, mime_of(tmp_path / "lists"))
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3)
    text = QMimeData()
    text.setText("nothing in it")
    drop_on(dialog, text)
    qtbot.waitUntil(lambda: dialog.count.text() == "There is no package address in it.")
    dialog.close()


def test_a_file_that_cannot_be_read_is_explained(qtbot: QtBot, desk: AddressDesk, notifier: FakeNotifier) -> None:
    dialog = desk.show_addresses()
    notifier.files = [[Path("/nowhere/list")]]
    click(dialog.files_button)
    qtbot.waitUntil(lambda: "could not be read" in dialog.error.text)
    dialog.close()


def test_filter_selection_copy_export_and_removal(
    qtbot: QtBot, desk: AddressDesk, notifier: FakeNotifier, tmp_path: Path
) -> None:
    urls = [address("https://x.example", name) for name in ("Git", "Perl", "Server")]
    dialog = desk.show_addresses(urls)
    QTest.keyClicks(dialog.filter, "er 1.0")
    assert [row.package for row in dialog.model.rows] == ["Perl", "Server"]
    assert dialog.count.text() == "2 of 3 addresses"
    dialog.view.selectRow(0)
    QTest.keyClick(dialog.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("https://x.example/Perl-x86_64-1.0.spk\tPerl\t1.0")
    for name, start in (("a.csv", "\ufeffpackage,version,size"), ("a.txt", "https://x.example/Perl")):
        notifier.saves = [tmp_path / name]
        click(dialog.export_button)
        qtbot.waitUntil((tmp_path / name).exists)
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    qtbot.waitUntil(lambda: dialog.count.text().startswith("Written to"))
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    dialog.filter.clear()
    assert [row.package for row in dialog.model.rows] == ["Git", "Server"]
    dialog.view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    dialog.view.selectRow(0)
    assert [row.package for row in dialog.view.selected()] == ["Server"]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: desk.show_addresses().model.rowCount() == 2)
    desk.show_addresses().close()


def test_downloads_are_checked_and_open(
    qtbot: QtBot, desk: AddressDesk, server: str, folder: Path, context: AppContext
) -> None:
    bad = address(server, "Bad", md5="0" * 32)
    dialog = desk.show_addresses([address(server, "Git"), bad, address(server, "gone")])
    dialog.view.selectAll()
    click(dialog.download_button)
    qtbot.waitUntil(lambda: len(context.tasks.running()) == 0, timeout=10_000)
    qtbot.waitUntil(lambda: all(states(dialog)))
    assert shown_names(dialog)[:2] == ["Bad", "Git"]
    assert states(dialog)[1] == "here, checked"
    assert "another checksum" in states(dialog)[0]
    assert "404" in states(dialog)[2]
    assert "404" in dialog.error.text
    assert (folder / "Git-x86_64-1.0.spk").read_bytes() == SPK
    assert not (folder / "Bad-x86_64-1.0.spk").exists()
    dialog.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    dialog.view.selectRow(1)
    with qtbot.waitSignal(desk.open_wanted) as opened:
        QTest.keyClick(dialog.view, Qt.Key.Key_Return)
    assert opened.args == [folder / "Git-x86_64-1.0.spk"]
    assert nameless(dialog) == []
    dialog.close()


@pytest.fixture
def workspace(qtbot: QtBot, context: AppContext, engine: FakeEngine) -> Iterator[CaptureWorkspace]:
    with shown_workspace(qtbot, context, engine) as page:
        connect(qtbot, page)
        yield page


def offers(server: str) -> tuple[Offer, ...]:
    return (
        Offer(address(server, "Git"), "Git Server", "Synology Inc.", "1.0"),
        Offer(address(server, "gone"), "Gone", "SynoCommunity"),
    )


def open_list(qtbot: QtBot, page: CaptureWorkspace) -> OffersDialog:
    click(page.setup_panel.list_button)
    dialog = page.findChild(OffersDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.model.rowCount() > 0 or bool(dialog.error.text))
    return dialog


def capture(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
    controls.on_event(StepChanged(Step.WAITING, ""))
    spk = ResultFile(folder / "a.spk", "a", 1, complete=True, is_package=True)
    return CaptureOutcome((spk,), urls=(PackageUrl("https://x.example/a.spk"),))


def test_the_list_is_searched_and_a_package_is_caught_without_installing(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    engine.on_offers, engine.on_capture = lambda _context: offers("https://x.example"), capture
    dialog = open_list(qtbot, workspace)
    assert dialog.model.index(0, INSTALLED).data() == "1.0"
    assert nameless(dialog) == []
    QTest.keyClicks(dialog.filter, "community")
    assert [dialog.model.index(row, NAME).data() for row in range(dialog.model.rowCount())] == ["Gone"]
    click(dialog.capture_button)
    qtbot.waitUntil(workspace.result_panel.isVisible)
    (plan,) = engine.plans
    assert plan.offer is not None
    assert (plan.offer.package, plan.installs, plan.until) == ("gone", False, Until.DOWNLOADED)
    with qtbot.waitSignal(workspace.addresses_wanted) as wanted:
        click(workspace.result_panel.addresses_button)
    assert wanted.args == [(PackageUrl("https://x.example/a.spk"),)]


def test_a_direct_download_comes_first_and_failing_leads_to_the_nas(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, server: str, folder: Path
) -> None:
    engine.on_offers, engine.on_capture = lambda _context: offers(server), capture
    dialog = open_list(qtbot, workspace)
    assert dialog.download_button.isDefault()
    click(dialog.download_button)
    qtbot.waitUntil(dialog.open_button.isEnabled, timeout=10_000)
    assert (folder / "Git-x86_64-1.0.spk").read_bytes() == SPK
    dialog.view.selectRow(1)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: "404" in dialog.error.text, timeout=10_000)
    (button,) = dialog.error.buttons
    assert button.text() == "Let the NAS download it"
    click(button)
    qtbot.waitUntil(lambda: [plan.offer and plan.offer.package for plan in engine.plans] == ["gone"])
    qtbot.waitUntil(workspace.result_panel.isVisible)


def test_an_older_dsm_installs_only_after_asking(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier
) -> None:
    engine.major = 6
    workspace.controller.reset()
    qtbot.waitUntil(lambda: workspace.controller.look is not None and workspace.controller.look.major == 6)
    engine.on_offers, engine.on_capture = lambda _context: offers("https://x.example"), capture
    click(open_list(qtbot, workspace).capture_button)
    assert engine.plans == []
    assert "only together with installing" in notifier.questions[0].text
    notifier.answer("install")
    qtbot.waitUntil(workspace.result_panel.isVisible)
    assert engine.plans[0].installs


def test_a_nas_that_refuses_to_download_may_install(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine, notifier: FakeNotifier
) -> None:
    def refuse(folder: Path, controls: Controls, context: TaskContext) -> CaptureOutcome:
        raise NasDownloadFailedError("nas", "Git", "error 4501")

    engine.on_offers, engine.on_capture = lambda _context: offers("https://x.example"), refuse
    click(open_list(qtbot, workspace).capture_button)
    qtbot.waitUntil(lambda: len(notifier.questions) == 1)
    assert "4501" in notifier.questions[0].text
    engine.on_capture = capture
    notifier.answer("install")
    qtbot.waitUntil(lambda: len(engine.plans) == 2)
    assert engine.plans[1].installs
    qtbot.waitUntil(lambda: not workspace.is_capturing)


def test_a_nas_without_a_list_is_explained_and_asked_again(
    qtbot: QtBot, workspace: CaptureWorkspace, engine: FakeEngine
) -> None:
    asked: list[int] = []

    def answer(_context: TaskContext) -> tuple[Offer, ...]:
        asked.append(1)
        if len(asked) == 1:
            raise NoCatalogueError("nas", "error 103")
        return offers("https://x.example")

    engine.on_offers = answer
    dialog = open_list(qtbot, workspace)
    assert "error 103" in dialog.error.text
    click(dialog.error.buttons[0])
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: workspace.findChild(OffersDialog) is None)


def test_the_demo_nas_has_a_list_and_downloads_without_installing(
    qtbot: QtBot, context: AppContext, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the demo NAS installs by itself would be there before the order.
    monkeypatch.setattr(demo_nas, "_HEAD_START_SECONDS", 0.0)
    page = CaptureWorkspace(context, None, RealEngine(tmp_path / "home", demo_pace=0.2))
    qtbot.addWidget(page)
    page.show()
    page.start_demo()
    qtbot.waitUntil(page.setup_panel.start_button.isEnabled, timeout=15_000)
    dialog = open_list(qtbot, page)
    assert dialog.model.index(0, NAME).data() == "Demo Notes"
    assert not dialog.download_button.isEnabled()
    with qtbot.waitSignal(page.package_ready, timeout=30_000) as ready:
        click(dialog.capture_button)
    assert ready.args == [folder / "DemoNotes-1.0.0-0001-noarch.spk"]
    qtbot.waitUntil(page.result_panel.isVisible)
    outcome = page.controller.state.outcome
    assert outcome is not None
    assert outcome.warnings == ()
    assert [file.is_package for file in outcome.files] == [True]
    assert "Package Center deleted" in page.log.toPlainText()
    page.shut_down()
    qtbot.waitUntil(demo_is_over, timeout=10_000)


def test_the_nas_tells_the_addresses_that_it_knows(qtbot: QtBot, workspace: CaptureWorkspace) -> None:
    with qtbot.waitSignal(workspace.addresses_wanted) as wanted:
        click(workspace.setup_panel.addresses_button)
    assert wanted.args == [(PackageUrl("https://x.example/a.spk", source="synopkg.log"),)]


def urls_of(count: int) -> list[PackageUrl]:
    """Many addresses, in no order."""
    return [
        PackageUrl(f"https://x.example/p{n * 7919 % count}-x86_64.spk", f"p{n * 7919 % count}", f"1.{n}", "", n + 1)
        for n in range(count)
    ]


def shown_names(dialog: AddressDialog) -> list[str]:
    model = dialog.view.model()
    return [str(model.index(line, 0).data()) for line in range(model.rowCount())]


def test_two_thousand_addresses_are_filtered_and_sorted_at_once(qtbot: QtBot, desk: AddressDesk) -> None:
    dialog = desk.show_addresses(urls_of(2000))
    started = time.process_time()
    QTest.keyClicks(dialog.filter, "p19")
    dialog.view.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    # A budget with air: one letter took 1.3 s when every comparison asked the model.
    assert time.process_time() - started < 0.8
    sizes = [url.size for url in dialog.model.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert shown_names(dialog) == [url.package for url in dialog.model.rows]
    assert all("p19" in name for name in shown_names(dialog))


def test_what_is_selected_stays_selected_when_it_is_sorted(desk: AddressDesk) -> None:
    dialog = desk.show_addresses(urls_of(20))
    dialog.view.selectRow(4)
    chosen = dialog.view.selected()
    dialog.view.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert dialog.view.selected() == chosen
    assert dialog.view.selectionModel().selectedRows()[0].row() != 4


def test_names_of_lists_are_no_html(desk: AddressDesk) -> None:
    dialog = desk.show_addresses([PackageUrl("https://x.example/a.spk", "<img src='//evil/x'>")])
    tip = str(dialog.view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "<img" not in tip
    assert "&lt;img" in tip


def png(side: int) -> bytes:
    """A picture."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(0)
    store = QBuffer()
    store.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(store, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, PySide a text
    return bytes(store.data().data())


@pytest.mark.parametrize(
    ("data", "is_shown"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", False),
        (b"P1 2 2 1 0 0 1", False),
        (b"\x89PNG and more", False),
        (png(64), True),
        (png(1500), False),
    ],
    ids=["drawing", "bitmap", "damaged", "small", "huge"],
)
def test_icons_of_lists_are_small_pictures_only(context: AppContext, data: bytes, is_shown: bool) -> None:
    model = OfferModel(context.theme, Downloads(context))
    model.show_rows([Offer(PackageUrl("https://x.example/a.spk", "a"), "a", icon=data)])
    icon = model.data(model.index(0, NAME), Qt.ItemDataRole.DecorationRole)
    assert isinstance(icon, QIcon)
    # The program's own symbols are drawn in every size; a picture of the list has the one size it came in.
    assert [size.width() for size in icon.availableSizes()] == [64] * is_shown
