"""Packages for the conf rules: for each rule one that fails and one that passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.data.recipes.spk import Bytes, Case, case, spk

PRIVILEGE = "conf/privilege"
RESOURCE = "conf/resource"
PACKAGE = {"defaults": {"run-as": "package"}}
PORTS = '[sample]\ntitle="Sample"\ndesc="Sample"\nport_forward="no"\ndst.ports="8080/tcp"\n'
PORT_CONFIG = {"port-config": {"protocol-file": "sample.sc"}}
PHP = {"profile_name": "Sample", "profile_desc": "", "backend": 11, "user": "sample", "group": "http"}
SITE = {"service": "site", "display_name": "Site", "type": "static", "root": "site"}
PHP_SITE = SITE | {"type": "nginx_php", "php": PHP}
PORTAL = {"service": "site", "name": "Site", "type": "alias", "alias": "site"}
FOLDER = {"source": "/var/packages/sample/target/web", "target": "site", "mode": "0755"}
FOLDER |= {"user": "sample", "group": "http"}
WEB_STATION: dict[str, str | None] = {"install_dep_packages": "WebStation>=3.0.0-0323:PHP8.2"}
ASKS = '[{"items": [{"type": "textfield", "subitems": [{"key": "wizard_share", "desc": "Share"}]}]}]\n'
ENTRY = {"type": "url", "title": "Sample", "icon": "icon.png", "url": "/"}


def text(value: Any) -> str:
    """A JSON file."""
    return json.dumps(value, indent=4) + "\n"


def privilege(value: Any, **more: Any) -> bytes:
    """A package with this conf/privilege."""
    content = value if isinstance(value, str | bytes) else text(value)
    return spk(more.pop("dsm", 7), files={PRIVILEGE: content}, **more)


def resource(value: Any, files: Mapping[str, Bytes | None] | None = None, port_file: str = PORTS, **more: Any) -> bytes:
    """A package with this conf/resource, and the files that the workers here name."""
    content = value if isinstance(value, str | bytes) else text(value)
    payload = {"sample.sc": port_file, "web/index.html": "Sample\n"} | dict(more.pop("payload", {}))
    return spk(more.pop("dsm", 7), files={RESOURCE: content, **(files or {})}, payload=payload, **more)


def web(services: list[Any], *, info: Mapping[str, str | None] | None = None, **more: Any) -> bytes:
    """A package with services of Web Station."""
    payload = more.pop("payload", {})
    files = more.pop("files", {})
    info = WEB_STATION | dict(info or {})
    return resource({"webservice": {"services": services} | more}, files=files, info=info, payload=payload)


def tool(**more: Any) -> dict[str, Any]:
    """A privilege file with one tool."""
    row = {"relpath": "bin/tool", "user": "package", "group": "package", "permission": "0755"} | more
    return PACKAGE | {"tool": [{name: value for name, value in row.items() if value is not None}]}


def depends(keys: str, **more: Any) -> bytes:
    """A package with this conf/PKG_DEPS."""
    return spk(files={"conf/PKG_DEPS": f"[MariaDB10]\n{keys}\n"}, **more)


CONFIG_INFO = {"dsmuidir": "ui", "dsmappname": "sample.Site"}
CONFIG = {"ui/config": text({".url": {"sample.Site": ENTRY}}), "ui/icon.png": "picture"}
SHARE = {"data-share": {"shares": [{"name": "{{wizard_share}}", "permission": {"rw": ["sample"]}}]}}
OWN_SHARE = {"data-share": {"shares": [{"name": "media", "permission": {"rw": ["sample"]}}]}}
OTHER_SHARE = {"data-share": {"shares": [{"name": "media", "permission": {"rw": ["http"]}}]}}
DATABASE = {"admin-account-m10": "root", "create-db": {"flag": True, "db-name": "sample"}}
MARIADB = {"install_dep_packages": "MariaDB10"}
STATIC = {"enable": [{"type": "server", "relpath": "web/nginx.conf"}]}
NGINX_FILE = {"web/nginx.conf": "# nothing\n"}
NGINX = {"nginx-static-config": STATIC}
CONTAINER = {"service": "web", "image": "nginx", "tag": "1"}
DOCKER = {"install_dep_packages": "ContainerManager"}
RESTART = {"instuninst_restart_services": "nginx.service"}


def container(port: int) -> bytes:
    """A package with a container that has this port of the NAS."""
    ports = [{"host_port": port, "container_port": 80, "protocol": "tcp"}]
    return resource({"docker": {"services": [CONTAINER | {"ports": ports}]}}, info=DOCKER)


def database(password: str) -> bytes:
    """A package that makes a database with this password."""
    asks = ASKS.replace("wizard_share", "wizard_password")
    worker = {"mariadb10-db": DATABASE | {"admin-pw-m10": password}}
    return resource(worker, {"WIZARD_UIFILES/install_uifile": asks}, info=MARIADB)


BOTH_WIZARDS = {"WIZARD_UIFILES/install_uifile": ASKS, "WIZARD_UIFILES/upgrade_uifile": ASKS}
OLD_SYSTEM = {"defaults": {"run-as": "system"}}
ROOT = {"defaults": {"run-as": "root"}, "ctrl-script": [{"action": "preinst", "run-as": "root"}]}
TRAILING = '{\n    // as the package\n    "defaults": {"run-as": "package",},\n}\n'

CASES: dict[str, Case] = {
    "P001": case(spk(files={PRIVILEGE: None})),
    "P002": case(privilege({"username": "sc-sample"}), privilege(PACKAGE | {"username": "sc-sample"})),
    "P003": case(privilege(ROOT)),
    "P004": case(privilege(tool(capabilities="cap_net_raw", permission=None)), privilege(tool())),
    "P005": case(privilege(OLD_SYSTEM)),
    "P006": case(privilege(tool(permission="755")), privilege(tool())),
    "P007": case(privilege(tool(relpath="bin/other")), privilege(tool())),
    "P008": case(privilege(PACKAGE | {"username": "http"}), privilege(PACKAGE | {"username": "sc-sample"})),
    "P009": case(privilege(PACKAGE | {"join-groupname": "administrators"})),
    "P010": case(privilege('{"defaults": {}}', dsm=6), privilege(OLD_SYSTEM, dsm=6)),
    "P011": case(privilege(PACKAGE | {"user": "sc-sample"}), privilege(PACKAGE | {"username": "sc-sample"})),
    "P012": case(privilege(TRAILING)),
    "P013": case(privilege(tool(user="root")), privilege(tool())),
    "R001": case(resource('{\n    "video-driver": {}\n    "_comment": "x"\n}\n'), resource({"video-driver": {}})),
    "R002": case(resource({"port": {}}), resource(PORT_CONFIG)),
    "R003": case(resource({"port-config": {}}), resource(PORT_CONFIG)),
    "R004": case(resource({"port-config": {"protocol-file": "etc/sample.sc"}}), resource(PORT_CONFIG)),
    "R005": case(
        resource({"port-config": {"protocol-file": "other.sc"}}, payload={"other.sc": PORTS, "sample.sc": None}),
        resource(PORT_CONFIG),
    ),
    "R006": case(
        resource(PORT_CONFIG, port_file=PORTS.replace("8080/tcp", "8080/tcp,8080/udp")),
        resource(PORT_CONFIG, port_file=PORTS.replace("8080/tcp", "8080,9000:9010/tcp,udp")),
    ),
    "R007": case(resource(PORT_CONFIG, port_file=PORTS.replace("[sample]", "[my_sample]")), resource(PORT_CONFIG)),
    "R008": case(resource(OTHER_SHARE), resource(OWN_SHARE)),
    "R009": case(web([SITE], portals=[PORTAL | {"service": "other"}]), web([SITE], portals=[PORTAL])),
    "R010": case(
        web([SITE], info=CONFIG_INFO, payload=CONFIG, portals=[PORTAL | {"app": "sample.Other"}]),
        web([SITE], info=CONFIG_INFO, payload=CONFIG, portals=[PORTAL | {"app": "sample.Site"}]),
    ),
    "R011": case(web([SITE], info={"install_dep_packages": None}), web([PHP_SITE])),
    "R012": case(web([PHP_SITE | {"php": PHP | {"backend": 2}}]), web([PHP_SITE])),
    "R013": case(
        web([SITE], pkg_dir_prepare=[FOLDER | {"source": "/var/package/sample/target/web"}]),
        web([SITE], pkg_dir_prepare=[FOLDER]),
    ),
    "R014": case(
        resource({"systemd-user-unit": {}}, dsm=6),
        resource({"systemd-user-unit": {}}),
    ),
    "R015": case(resource(SHARE), resource(SHARE, BOTH_WIZARDS)),
    "R016": case(container(80), container(8080)),
    "R017": case(
        resource({"web-config": NGINX}, payload=NGINX_FILE),
        resource({"web-config": NGINX}, payload=NGINX_FILE, info=RESTART),
    ),
    "R018": case(depends("dsm_min_ver=7.0-40000"), depends("dsm_min_ver=7.0-40000\nos_min_ver=7.0-40000")),
    "R019": case(database("secret"), database("{{wizard_password}}")),
    "R020": case(resource('{\n    "video-driver": {}, // for films\n}\n'), resource({"video-driver": {}})),
    "R021": case(
        resource({"port-config": {"protocol-file": "sample.sc", "port": 8080}}),
        resource(PORT_CONFIG),
    ),
    "R022": case(
        resource({"usr-local-linker": {"bin": ["bin/other"]}}),
        resource({"usr-local-linker": {"bin": ["bin/tool"]}}),
    ),
}
