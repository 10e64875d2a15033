"""Rules that keep the GUI responsive, leak-free and translatable (the reasons are in CONTRIBUTING.md)."""

from __future__ import annotations

import ast

from PySide6 import QtCore, QtWidgets

from tests.architecture.sources import Source, called_name, calls, functions, length, sources

SLOT_LINES = 15


def test_no_lambda_slots() -> None:
    """A lambda keeps its window alive and runs after it is gone: connect bound methods."""
    strays = [
        source.at(call)
        for source in sources("gui")
        for call in calls(source)
        if called_name(call) == "connect" and any(isinstance(argument, ast.Lambda) for argument in call.args)
    ]
    assert not strays


def test_the_gui_thread_never_waits() -> None:
    banned = {"processEvents", "waitForDone", "waitForFinished"}
    strays = [
        f"{source.at(call)} {called_name(call)}"
        for source in sources("gui")
        for call in calls(source)
        if called_name(call) in banned and source.path != "gui/qt/tasks.py"
    ]
    sleeps = [
        source.at(call)
        for source in sources("gui")
        for call in calls(source)
        if ast.unparse(call.func) in {"time.sleep", "sleep", "QThread.sleep", "QThread.msleep"}
    ]
    assert not strays
    assert not sleeps


def test_tr_takes_literals_only() -> None:
    """Anything else never matches a translation catalogue."""
    strays = [
        source.at(call)
        for source in sources("gui")
        for call in calls(source)
        if called_name(call) == "tr" and not _is_plain_text(call)
    ]
    assert not strays


def _is_plain_text(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)


def test_slots_are_thin() -> None:
    """A slot reads widgets and calls a service; work in slots cannot be tested, cancelled or undone."""
    too_long = [
        f"{source.at(node)} {node.name}: {length(node)} lines"
        for source in sources("gui")
        for node in functions(source)
        if _is_slot(node) and length(node) > SLOT_LINES
    ]
    assert not too_long


def _is_slot(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorated = any("Slot" in ast.unparse(decorator) for decorator in node.decorator_list)
    return decorated or node.name.startswith("_on_")


def test_undo_steps_are_data() -> None:
    """Python's garbage collector frees a QUndoCommand that its stack still points to (gui/qt/undo.py)."""
    strays = [source.path for source in sources("gui") if "import QUndo" in source.text or ", QUndo" in source.text]
    assert not strays


def test_message_boxes_come_from_the_notifier() -> None:
    strays = [
        source.at(node)
        for source in sources("gui")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "QMessageBox" and source.path != "gui/services/notifier.py"
    ]
    assert not strays


def test_the_application_is_handed_over_not_looked_up() -> None:
    strays = [
        source.at(call)
        for source in sources("gui")
        for call in calls(source)
        if ast.unparse(call.func) in {"QApplication.instance", "QGuiApplication.instance", "QCoreApplication.instance"}
        and not source.path.startswith(("gui/app/", "gui/qt/"))
    ]
    assert not strays


def test_no_attribute_shadows_a_qt_method() -> None:
    """`self.layout = …` in a widget hides QWidget.layout(), and Qt then calls ours."""
    strays = [
        f"{source.path}: {found}"
        for source in sources("gui")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        for found in _assigned_attributes(node) & _inherited_from_qt(node)
    ]
    assert not strays


def _inherited_from_qt(node: ast.ClassDef) -> set[str]:
    names = {ast.unparse(base).split(".")[-1] for base in node.bases}
    kinds = [getattr(QtWidgets, name, None) or getattr(QtCore, name, None) for name in names]
    if any(name.endswith(("Editor", "Dialog", "Panel", "Page", "View")) for name in names):
        kinds.append(QtWidgets.QWidget)
    return {name for kind in kinds if kind is not None for name in dir(kind)}


def _assigned_attributes(node: ast.ClassDef) -> set[str]:
    return {
        target.attr
        for statement in ast.walk(node)
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }


def test_the_rules_see_what_they_forbid() -> None:
    """The guards themselves: each finds its offence in a planted source."""
    planted = ast.parse(
        "button.clicked.connect(lambda: self.close())\n"
        "self.tr(f'{x}')\n"
        "class A(QWidget):\n"
        "    def f(self): self.layout = 1\n"
    )
    source = Source("gui/planted.py", "", planted)
    found = list(calls(source))

    assert any(called_name(call) == "connect" and isinstance(call.args[0], ast.Lambda) for call in found)
    assert any(called_name(call) == "tr" and not _is_plain_text(call) for call in found)
    planted_class = next(node for node in planted.body if isinstance(node, ast.ClassDef))
    assert "layout" in _assigned_attributes(planted_class) & _inherited_from_qt(planted_class)


def test_the_main_button_of_a_dialog_is_the_last() -> None:
    """It stands at the right end, after Cancel, in every dialog."""
    strays = [
        f"{source.at(call)} {ast.unparse(call)}"
        for source in sources("gui")
        for function in functions(source)
        for call in _button_calls(function)[:-1]
        if "'primary'" in ast.unparse(call)
    ]
    assert not strays


def _button_calls(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.Call]:
    added = [node for node in ast.walk(function) if isinstance(node, ast.Call) and called_name(node) == "add_button"]
    return sorted(added, key=lambda call: call.lineno)
