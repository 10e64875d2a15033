"""The pictures of the payload editor: properties, size map, comparing and replacing."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import Sample, make_sample
from docs.screenshots.stage import Shot, Stage
from gui.editors.payload.comparedialog import CompareDialog
from gui.editors.payload.replacedialog import ReplaceDialog
from gui.editors.payload.view import PayloadEditor
from spkcore.package.changes import put, set_content
from spkcore.package.entries import Attributes, BytesContent, Entry, Kind, file_entry

_PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0\x3e\0" + bytes(400)


def _open(stage: Stage) -> PayloadEditor:
    return stage.open_editor(PayloadEditor, part="package")


def properties(stage: Stage) -> QWidget:
    """A link, its target and partners, and programs that are not executable."""
    editor = _open(stage)
    off, owned = Attributes(0o644, 1_700_000_000), Attributes(0o750, 1_700_000_000, 1026, 100, "photoframe", "users")
    more = {
        "package/bin/photoframe": Entry(Kind.FILE, owned, BytesContent(_PROGRAM * 4000)),
        "package/bin/frame": Entry(Kind.HARDLINK, owned, target="package/bin/photoframe"),
        "package/bin/resize": Entry(Kind.FILE, off, BytesContent(_PROGRAM * 900)),
        "package/bin/rotate": Entry(Kind.FILE, off, BytesContent(b"#!/bin/sh\n")),
        "package/lib/libexif.so": Entry(Kind.SYMLINK, owned, target="libexif.so.12"),
    }
    stage.document.push(put(stage.document.entries, more), "Add programs")
    stage.wait(lambda: editor.banner.message)
    editor.view.expandAll()
    editor.view.select_path("package/bin/photoframe")
    return stage.window


def size_map(stage: Stage) -> QWidget:
    """The size map of a payload with many files."""
    editor = _open(stage)
    more = {
        f"package/{folder}/{name}{number}{ending}": file_entry(bytes((number * 7919) % most + 900))
        for folder, name, ending, most, count in (
            ("share/frames", "frame", ".jpg", 240_000, 40),
            ("lib/node", "module", ".js", 60_000, 90),
            ("www/fonts", "font", ".woff2", 90_000, 12),
            ("share/locale", "text", ".json", 20_000, 30),
        )
        for number in range(1, count)
    }
    stage.document.push(put(stage.document.entries, more), "Add files")
    editor.area.map_button.click()
    stage.let_run(1.2)
    editor.view.select_path("package/bin/photoframe")
    stage.let_run(0.2)
    return stage.window


def compare(stage: Stage) -> QWidget:
    """Two versions of one package."""
    _open(stage)
    older = stage.place / "older" / "Photo Frame 1.3"
    script = b"#!/bin/sh\n# Prepares the folder for the frame's pictures.\n\nmkdir -p /var/cache/photoframe\n\nexit 0\n"
    files = (("scripts/postinst", script), ("package/www/app.js", b"old\n"), ("package/bin/rotate", b"#!/bin/sh\n"))
    make_sample(Sample(version="1.3.2-0009", files=files), older)
    (older / "package/share/frames/walnut.jpg").unlink()
    stage.run("package.compare")
    dialog = stage.dialog("CompareDialog")
    assert isinstance(dialog, CompareDialog)
    dialog.compare_with(older)
    stage.wait(dialog.model.rowCount)
    rows = [item.path for item in dialog.model.rows]
    dialog.table.selectRow(rows.index("scripts/postinst"))
    stage.let_run(0.5)
    return dialog


def replace(stage: Stage) -> QWidget:
    """What changes when the web folder is replaced by a fresh build of it."""
    editor = _open(stage)
    text = b"body { margin: 0; }\n.frame { border: 1px solid; }\n"
    changed = text.replace(b"1px", b"2px") + b".photo { width: 100%; }\n"
    stage.document.push(set_content(stage.document.entries, "package/www/style.css", text), "x")
    fresh = stage.place / "dist" / "www"
    fresh.mkdir(parents=True)
    (fresh / "style.css").write_bytes(changed)
    (fresh / "app.min.js").write_bytes(b"minified\n")
    (fresh / "index.html").write_bytes(b"<!doctype html>\n")
    editor.replace_folder("package/www", fresh)
    dialog = stage.dialog("ReplaceDialog")
    assert isinstance(dialog, ReplaceDialog)
    stage.wait(dialog.replace.isEnabled)
    names = [dialog.files.item(line).text() for line in range(dialog.files.count())]
    dialog.files.setCurrentRow(names.index("style.css"))
    stage.let_run(0.5)
    return dialog


SHOTS: dict[str, Shot] = {
    "payload-properties": properties,
    "payload-map": size_map,
    "compare": compare,
    "replace": replace,
}
