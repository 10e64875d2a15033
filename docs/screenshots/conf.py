"""The pictures of the editors of conf: privileges, and resources with their forms."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QWidget

from docs.screenshots.sample import RESOURCE, Sample
from docs.screenshots.stage import Stage
from gui.editors.privilege.view import PrivilegeEditor
from gui.editors.resource.view import ResourceEditor

_WEB = {
    "webservice": {
        "services": [
            {
                "service": "photoframe",
                "display_name": "Photo Frame",
                "type": "nginx_php",
                "root": "photoframe",
                "icon": "ui/images/icon_{0}.png",
                "php": {
                    "profile_name": "Photo Frame Profile",
                    "profile_desc": "PHP for the photo frame",
                    "backend": 11,
                    "user": "PhotoFrame",
                    "group": "http",
                    "extensions": ["exif", "gd", "imagick"],
                    "php_settings": {"memory_limit": "256M", "max_execution_time": "120"},
                },
            }
        ],
        "portals": [
            {"service": "photoframe", "name": "Photo Frame", "type": "alias", "alias": "frame", "app": "com.jane.frame"}
        ],
        "pkg_dir_prepare": [
            {
                "source": "/var/packages/PhotoFrame/target/www",
                "target": "photoframe",
                "mode": "0755",
                "user": "PhotoFrame",
                "group": "http",
            }
        ],
    },
    **RESOURCE,
    "photo-magic": {"level": 3, "colours": ["oak", "walnut"]},
}
_PRIVILEGE = {
    "defaults": {"run-as": "package"},
    "username": "sc-photoframe",
    "join-groupname": "http",
    "tool": [{"relpath": "bin/photoframe", "user": "package", "group": "package", "permission": "0750"}],
}
_OLD = {
    "defaults": {"run-as": "root"},
    "username": "sc-photoframe",
    "ctrl-script": [{"action": "start", "run-as": "package"}, {"action": "stop", "run-as": "package"}],
}


def _json(value: object) -> bytes:
    return json.dumps(value, indent=4).encode() + b"\n"


def privilege(stage: Stage) -> QWidget:
    """A package with a user of its own and a tool."""
    stage.open_editor(PrivilegeEditor, Sample(files=(("conf/privilege", _json(_PRIVILEGE)),)), part="conf/privilege")
    return stage.window


def privilege_refused(stage: Stage) -> QWidget:
    """What DSM 7 forbids, with the reasons and the way out."""
    stage.open_editor(PrivilegeEditor, Sample(files=(("conf/privilege", _json(_OLD)),)), part="conf/privilege")
    stage.wait_for_problems(2)
    return stage.window


def _resources(stage: Stage, name: str) -> ResourceEditor:
    editor = stage.open_editor(ResourceEditor, Sample(files=(("conf/resource", _json(_WEB)),)), part="conf/resource")
    assert editor.select(name)
    stage.let_run(0.3)
    return editor


def resource(stage: Stage) -> QWidget:
    """A shared folder."""
    _resources(stage, "data-share")
    return stage.window


def resource_ports(stage: Stage) -> QWidget:
    """Ports with their file."""
    _resources(stage, "port-config")
    return stage.window


def resource_web(stage: Stage) -> QWidget:
    """A site in Web Station, with its PHP."""
    editor = _resources(stage, "webservice")
    editor.reveal("/webservice/services/0/php/extensions")
    stage.let_run(0.3)
    return stage.window


def resource_other(stage: Stage) -> QWidget:
    """A resource that no form knows."""
    _resources(stage, "photo-magic")
    return stage.window


def resource_none(stage: Stage) -> QWidget:
    """No resource yet."""
    stage.open_sample(Sample(files=(("conf/resource", b"{\n}\n"),)), part="conf/resource")
    return stage.window


def resource_add(stage: Stage) -> QWidget:
    """All resources to choose from."""
    editor = _resources(stage, "data-share")
    editor.open_add_dialog()
    dialog = stage.dialog("AddResourceDialog")
    stage.let_run(0.3)
    return dialog


SHOTS = {
    "privilege": privilege,
    "privilege-refused": privilege_refused,
    "resource": resource,
    "resource-ports": resource_ports,
    "resource-web": resource_web,
    "resource-other": resource_other,
    "resource-none": resource_none,
    "resource-add": resource_add,
}
