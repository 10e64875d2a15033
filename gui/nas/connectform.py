"""The form of the connect dialog: saved profiles, address, user, password or key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QRadioButton, QWidget

from gui.app.context import AppContext
from gui.nas.profiles import NasProfile, Profiles, parse_address
from gui.qt.forms import GRID, column, fill, make_button, make_label, make_spin_box, make_tool, row
from gui.qt.i18n import tr
from gui.qt.tasks import Task
from gui.services.secrets import SecretStore
from spkcore.base.tasks import TaskContext
from spkcore.nas.keyagent import AgentKey


@dataclass(frozen=True, slots=True)
class Entered:
    """What the user typed. The secrets stay in memory."""

    profile: NasProfile
    password: str = field(repr=False)
    passphrase: str = field(repr=False)

    def missing(self) -> str:
        """What has to be filled in before connecting; empty when nothing is."""
        profile = self.profile
        if not profile.host:
            return tr("Type the address of the NAS, such as nas or 192.168.1.10.")
        if not profile.user:
            return tr("Type the name of a user of the group administrators.")
        if not profile.has_key and not self.password:
            return tr("Type the password of the user.")
        return ""


@dataclass(frozen=True, slots=True)
class SecretLookUp:
    """Asks the system's secret store, in a worker thread: it may take its time."""

    store: SecretStore
    name: str

    def place(self, _context: TaskContext) -> str:
        """Where passwords would rest; empty if nowhere."""
        return self.store.place

    def password(self, _context: TaskContext) -> tuple[str, str]:
        """The name, and the password kept for it or an empty text."""
        return self.name, self.store.get(self.name) or ""


@dataclass(frozen=True, slots=True)
class SecretKeeping:
    """Keeps or forgets one password in the system's secret store, in a worker thread."""

    store: SecretStore
    name: str
    password: str = field(repr=False)

    def run(self, _context: TaskContext) -> None:
        """An empty password means: forget. Raises `SpkError` when the store refuses."""
        if self.password:
            self.store.put(self.name, self.password)
        else:
            self.store.forget(self.name)


def list_agent_keys(_context: TaskContext) -> tuple[AgentKey, ...]:
    """The keys of the SSH agent, in a worker thread: an agent may ask its user first."""
    from spkcore.nas.keyagent import agent_keys

    return agent_keys()


class ConnectForm(QWidget):
    """Fields, and the buttons Connect and Cancel. Says `submitted` only with everything filled in."""

    submitted = Signal()
    cancelled = Signal()
    looked_up = Signal()
    """It is known whether a password is kept for the shown NAS."""
    fields_changed = Signal()
    """Other fields are shown: it wants another height."""

    def __init__(self, context: AppContext, profiles: Profiles) -> None:
        super().__init__()
        self._context = context
        self._profiles = profiles
        self._remembered = ""
        self._wanted_key = ""
        self._has_asked_agent = False
        self._make_fields(context)
        self._lay_out()
        self._connect_signals()
        self._fill_profiles()
        self._on_method_changed()
        self._look_up_place()

    def entered(self) -> Entered:
        """What is in the fields now."""
        key_file = self.key_file.text().strip() if self.use_key.isChecked() else ""
        agent_key = str(self.agent_key.currentData() or "") if self.use_agent.isChecked() else ""
        profile = NasProfile("", self.port.value(), self.user.text().strip(), key_file, agent_key)
        profile = parse_address(self.address.text(), profile)
        return Entered(profile, self.password.text(), self.passphrase.text() if key_file else "")

    def focus_first_empty(self) -> None:
        """Put the focus where something is missing, else on Connect."""
        secret = self.key_file if self.use_key.isChecked() else self.password
        fields = [self.address, self.user, *([] if self.use_agent.isChecked() else [secret])]
        empty = [field for field in fields if not field.text()]
        (empty[0] if empty else self.connect_button).setFocus()

    def focus_secret(self) -> None:
        """Put the focus where the secret that was refused is typed anew: another Enter must not send it again."""
        if self.use_agent.isChecked():
            self.agent_key.setFocus()
            return
        field = self.key_file if self.use_key.isChecked() else self.password
        field.setFocus()
        field.selectAll()

    def focus_key(self) -> None:
        """Put the focus where the key is chosen, or its passphrase typed where one was given."""
        field = self.passphrase if self.passphrase.text() else self.key_file
        field.setFocus()
        field.selectAll()

    def keep_password(self, profile: NasProfile) -> None:
        """After a successful login: keep the password if the user ticked it, forget it if the tick was taken off."""
        kept = self.password.text() if self.remember.isChecked() else ""
        if kept == self._remembered or (not kept and not self._remembered):
            return
        keeping = SecretKeeping(self._context.secrets, profile.title, kept)
        title = tr("Keep the password of {name}", name=profile.title)
        task = self._context.tasks.start("secrets", title, keeping.run, hidden=True)
        task.failed.connect(self._context.notifier.error)

    def _make_fields(self, context: AppContext) -> None:
        icon = context.theme.icon
        self.saved = QComboBox()
        self.forget = make_tool(icon("trash"), tr("Forget this NAS"))
        self.address = QLineEdit()
        self.address.setPlaceholderText(tr("Name or IP address"))
        self.port = make_spin_box(1, 65535)
        self.port.setValue(22)
        self.user = QLineEdit()
        self.user.setPlaceholderText(tr("A user of the group administrators"))
        self.use_password = QRadioButton(tr("Pass&word"))
        self.use_key = QRadioButton(tr("Private &key"))
        self.use_agent = QRadioButton(tr("SSH a&gent"))
        self.use_agent.setToolTip(tr("A key that Pageant or the agent of Windows holds"))
        self.use_password.setChecked(True)
        self.agent_key = QComboBox()
        self.agent_key.setAccessibleName(tr("Key of the agent"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.key_file = QLineEdit()
        self.key_file.setPlaceholderText(tr("OpenSSH or PEM key file"))
        self.browse = make_tool(icon("folder"), tr("Choose the key file"))
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText(tr("Only if the key has one"))
        self.remember = QCheckBox(tr("&Remember the password"))
        self.remember.hide()
        self.place = make_label("", "muted", wrap=True)
        self.place.hide()
        self.problem = make_label("", "error", wrap=True)
        self.problem.hide()
        self.connect_button = make_button(tr("&Connect"), "primary")
        self.connect_button.setDefault(True)
        self.cancel_button = make_button(tr("Cancel"))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        self._saved_label = _add(grid, 0, tr("&Saved NAS"), self.saved, self.forget)
        port = make_label(tr("P&ort"))
        port.setBuddy(self.port)
        _add(grid, 1, tr("&Address"), self.address, port, self.port)
        _add(grid, 2, tr("&User"), self.user)
        methods = row(spacing=2 * GRID)
        fill(methods, self.use_password, self.use_key, self.use_agent, None)
        grid.addWidget(make_label(tr("Log in with")), 3, 0)
        grid.addLayout(methods, 3, 1)
        self._key_label = _add(grid, 4, tr("Key &file"), self.key_file, self.browse)
        self._passphrase_label = _add(grid, 5, tr("Pass&phrase"), self.passphrase)
        self._agent_label = _add(grid, 6, tr("Key"), self.agent_key)
        self._password_label = _add(grid, 7, tr("Passwor&d"), self.password)
        remember = row(spacing=GRID)
        fill(remember, self.remember)
        remember.addWidget(self.place, 1)
        grid.addLayout(remember, 8, 1)
        buttons = row()
        fill(buttons, None, self.cancel_button, self.connect_button)
        lines = column(self, spacing=GRID)
        hint = tr("SSH has to be on: Control Panel > Terminal & SNMP > Terminal.")
        fill(lines, make_label(hint, "muted", wrap=True), GRID // 2, grid, self.problem, None, GRID, buttons)

    def _connect_signals(self) -> None:
        self.saved.activated.connect(self._on_profile_chosen)
        self.forget.clicked.connect(self._on_forget_clicked)
        self.use_key.toggled.connect(self._on_method_changed)
        self.use_agent.toggled.connect(self._on_method_changed)
        self.browse.clicked.connect(self._on_browse_clicked)
        self.connect_button.clicked.connect(self._on_connect_clicked)
        self.cancel_button.clicked.connect(self.cancelled)
        for line in (self.address, self.user, self.password, self.key_file, self.passphrase):
            line.textChanged.connect(self._on_edited)

    def _fill_profiles(self) -> None:
        profiles = self._profiles.all()
        self.saved.clear()
        for profile in profiles:
            self.saved.addItem(profile.title, profile)
        self.saved.addItem(tr("Another NAS"), NasProfile())
        for widget in (self.saved, self.forget, self._saved_label):
            widget.setVisible(bool(profiles))
        self._show_profile(profiles[0] if profiles else NasProfile())

    def _show_profile(self, profile: NasProfile) -> None:
        self.address.setText(profile.host)
        self.port.setValue(profile.port)
        self.user.setText(profile.user)
        self.key_file.setText(profile.key_file)
        self._wanted_key = profile.agent_key
        method = self.use_agent if profile.agent_key else self.use_key if profile.key_file else self.use_password
        method.setChecked(True)
        self._select_agent_key()
        self.password.clear()
        self.passphrase.clear()
        self.remember.setChecked(False)
        self._remembered = ""
        self.forget.setEnabled(bool(profile.host))
        if profile.host:
            look_up = SecretLookUp(self._context.secrets, profile.title)
            task = self._start_look_up(look_up)
            task.finished.connect(self._on_password_found)

    def _start_look_up(self, look_up: SecretLookUp) -> Task:
        return self._context.tasks.start("secrets", tr("Look for a saved password"), look_up.password, hidden=True)

    def _look_up_place(self) -> None:
        look_up = SecretLookUp(self._context.secrets, "")
        task = self._context.tasks.start("secrets", tr("Look for a place for passwords"), look_up.place, hidden=True)
        task.finished.connect(self._on_place_found)

    @Slot(object)
    def _on_place_found(self, place: str) -> None:
        """The place stands beside the box: it may be long, and only a label breaks its line."""
        self.place.setText(tr("in {place}", place=place))
        self.remember.setAccessibleDescription(self.place.text())
        for widget in (self.remember, self.place):
            widget.setVisible(bool(place))
        self.fields_changed.emit()

    @Slot(object)
    def _on_password_found(self, found: tuple[str, str]) -> None:
        name, password = found
        if password and name == self.entered().profile.title and not self.password.text():
            self._remembered = password
            self.password.setText(password)
            self.remember.setChecked(True)
            self.connect_button.setFocus()
        self.looked_up.emit()

    @Slot()
    def _on_profile_chosen(self) -> None:
        self._show_profile(self.saved.currentData())
        self.focus_first_empty()

    @Slot()
    def _on_forget_clicked(self) -> None:
        profile = self.saved.currentData()
        self._profiles.forget(profile)
        keeping = SecretKeeping(self._context.secrets, profile.title, "")
        self._context.tasks.start("secrets", tr("Forget the password"), keeping.run, hidden=True)
        self._fill_profiles()

    @Slot()
    def _on_method_changed(self) -> None:
        with_key = self.use_key.isChecked()
        for widget in (self._key_label, self.key_file, self.browse, self._passphrase_label, self.passphrase):
            widget.setVisible(with_key)
        with_agent = self.use_agent.isChecked()
        self._agent_label.setVisible(with_agent)
        self.agent_key.setVisible(with_agent)
        if with_agent and not self._has_asked_agent:
            self._ask_agent()
        with_key = with_key or with_agent
        hint = tr("For administrator rights (sudo); asked for later if empty") if with_key else ""
        self.password.setPlaceholderText(hint)
        self.fields_changed.emit()

    def _ask_agent(self) -> None:
        """Which keys the agent holds; asked only once somebody wants to use one."""
        self._has_asked_agent = True
        self._show_agent_text(tr("Asking the agent…"))
        task = self._context.tasks.start(
            "ssh-agent", tr("Look for keys of the SSH agent"), list_agent_keys, hidden=True
        )
        task.finished.connect(self._on_agent_answered)

    @Slot(object)
    def _on_agent_answered(self, keys: tuple[AgentKey, ...]) -> None:
        self.agent_key.clear()
        for key in keys:
            self.agent_key.addItem(f"{key.comment or key.algorithm} · {key.fingerprint}", key.fingerprint)
        if not keys:
            self._show_agent_text(tr("No agent runs, or it holds no key"))
        self._select_agent_key()

    def _show_agent_text(self, text: str) -> None:
        self.agent_key.clear()
        self.agent_key.addItem(text, self._wanted_key)

    def _select_agent_key(self) -> None:
        self.agent_key.setCurrentIndex(max(self.agent_key.findData(self._wanted_key), 0))

    def press_connect(self) -> None:
        """As if Connect was clicked; the focus goes where something is missing."""
        self._on_connect_clicked()

    @Slot()
    def _on_browse_clicked(self) -> None:
        start = Path.home() / ".ssh"
        patterns = ((tr("Private keys"), "*"),)
        self._context.notifier.open_files(tr("Choose the private key"), patterns, start, self._on_key_chosen)

    def _on_key_chosen(self, files: list[Path]) -> None:
        self.key_file.setText(str(files[0]))

    @Slot()
    def _on_edited(self) -> None:
        self.problem.hide()

    @Slot()
    def _on_connect_clicked(self) -> None:
        entered = self.entered()
        if entered.profile.host != self.address.text():
            self._show_address(entered.profile)
        missing = entered.missing()
        self.problem.setText(missing)
        self.problem.setVisible(bool(missing))
        if missing:
            self.focus_first_empty()
        else:
            self.submitted.emit()

    def _show_address(self, profile: NasProfile) -> None:
        """Show what was understood of an address such as admin@nas:2222."""
        self.address.setText(profile.host)
        self.user.setText(profile.user)
        self.port.setValue(profile.port)


def _add(grid: QGridLayout, line: int, text: str, field: QWidget, *more: QWidget) -> QLabel:
    """A line of the form: label, field, and small things behind it."""
    label = make_label(text)
    label.setBuddy(field)
    fields = row(spacing=GRID)
    fields.addWidget(field, 1)
    fill(fields, *more)
    grid.addWidget(label, line, 0)
    grid.addLayout(fields, line, 1)
    return label
