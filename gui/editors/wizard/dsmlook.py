"""How dialogs of DSM 6 and DSM 7 look, for the preview of wizards: their colours, shapes and words.

The imitation is light in our dark mode too: DSM has no other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from gui.qt.i18n import tr
from spkcore.base.reference import resources_folder
from spkcore.package.wizardrun import DSM_6, DSM_7

COLORS: Mapping[str, Mapping[str, str]] = {
    DSM_7: {
        "body": "#ffffff",
        "frame": "#c5ccd6",
        "bar": "#f5f7fa",
        "bar_text": "#414b55",
        "bar_line": "#e3e8ee",
        "headline": "#0a58a6",
        "text": "#414b55",
        "muted": "#6b7682",
        "link": "#0668c9",
        "field": "#ffffff",
        "field_off": "#f2f4f7",
        "edge": "#97a3b1",
        "focus": "#057feb",
        "primary": "#0a6fd0",
        "primary_hover": "#0860b5",
        "primary_text": "#ffffff",
        "primary_off": "#b5d3f1",
        "button": "#ffffff",
        "button_hover": "#eef2f6",
        "button_edge": "#97a3b1",
        "off_text": "#8a95a1",
        "error": "#c9281e",
        "error_field": "#fff5f4",
        "card": "#f5f7fa",
        "mark": "#d98200",
        "mark_field": "#fff6e5",
    },
    DSM_6: {
        "body": "#ffffff",
        "frame": "#9aa5b1",
        "bar": "#e9edf2",
        "bar_text": "#505a64",
        "bar_line": "#cfd6de",
        "headline": "#0072c6",
        "text": "#505a64",
        "muted": "#69747f",
        "link": "#0065b3",
        "field": "#ffffff",
        "field_off": "#eeeeee",
        "edge": "#a3adb8",
        "focus": "#0086e5",
        "primary": "#0077cc",
        "primary_hover": "#0068b3",
        "primary_text": "#ffffff",
        "primary_off": "#a8cfee",
        "button": "#f0f3f6",
        "button_hover": "#e2e8ee",
        "button_edge": "#b4bec8",
        "off_text": "#8f99a3",
        "error": "#c8232c",
        "error_field": "#fdeeee",
        "card": "#f3f5f7",
        "mark": "#d98200",
        "mark_field": "#fff6e5",
    },
}
_SHAPES: Mapping[str, Mapping[str, str]] = {
    DSM_7: {"corner": "10px", "field_corner": "4px", "button_corner": "4px"},
    DSM_6: {"corner": "3px", "field_corner": "2px", "button_corner": "2px"},
}

_SHEET = """
#DsmDialog { background: $body; border: 1px solid $frame; border-radius: $corner; }
#DsmDialog QWidget { color: $text; background: transparent; }
#DsmDialog #DsmBar { background: $bar; border: none; border-bottom: 1px solid $bar_line;
  border-top-left-radius: $corner; border-top-right-radius: $corner; }
#DsmDialog #DsmBar QLabel { color: $bar_text; font-weight: 600; }
#DsmDialog #DsmFooter { border: none; border-top: 1px solid $bar_line; }
#DsmDialog #DsmHeadline { color: $headline; }
#DsmDialog QLabel[part="error"] { color: $error; }
#DsmDialog QLabel[part="muted"] { color: $muted; }
#DsmDialog #DsmCard { background: $card; border: 1px solid $bar_line; border-radius: $field_corner; }
#DsmDialog #DsmPlace { border: 1px solid transparent; border-radius: $field_corner; }
#DsmDialog #DsmPlace[chosen="true"] { border: 1px solid $mark; background: $mark_field; }
#DsmDialog QScrollArea { background: transparent; border: none; }
#DsmDialog QLineEdit, #DsmDialog QComboBox { background: $field; color: $text; border: 1px solid $edge;
  border-radius: $field_corner; padding: 4px 8px; placeholder-text-color: $muted; selection-background-color: $focus;
  selection-color: $primary_text; }
#DsmDialog QLineEdit:focus, #DsmDialog QComboBox:focus { border: 2px solid $focus; padding: 3px 7px; }
#DsmDialog QLineEdit:disabled, #DsmDialog QComboBox:disabled { background: $field_off; color: $off_text; }
#DsmDialog QComboBox QLineEdit, #DsmDialog QComboBox QLineEdit:focus { border: none; padding: 0;
  background: transparent; }
#DsmDialog *[refused="true"] { border: 1px solid $error; background: $error_field; }
#DsmDialog *[refused="true"]:focus { border: 2px solid $error; }
#DsmDialog QComboBox::down-arrow { image: url("$art/chevron-down.svg"); }
#DsmDialog QComboBox QAbstractItemView { background: $field; color: $text; border: 1px solid $edge;
  selection-background-color: $focus; selection-color: $primary_text; }
#DsmDialog QCheckBox::indicator, #DsmDialog QRadioButton::indicator { width: 14px; height: 14px;
  border: 1px solid $edge; background: $field; }
#DsmDialog QCheckBox::indicator { border-radius: 3px; }
#DsmDialog QRadioButton::indicator { border-radius: 8px; }
#DsmDialog QCheckBox::indicator:checked { background: $primary; border-color: $primary; image: url("$art/check.svg"); }
#DsmDialog QRadioButton::indicator:checked { background: $primary; border-color: $primary; image: url("$art/dot.svg"); }
#DsmDialog QCheckBox::indicator:focus, #DsmDialog QRadioButton::indicator:focus,
#DsmDialog QCheckBox::indicator:checked:focus, #DsmDialog QRadioButton::indicator:checked:focus {
  width: 12px; height: 12px; border: 2px solid $focus; }
#DsmDialog QCheckBox::indicator:checked:focus, #DsmDialog QRadioButton::indicator:checked:focus { border-color: $text; }
#DsmDialog QCheckBox::indicator:disabled, #DsmDialog QRadioButton::indicator:disabled { background: $field_off; }
#DsmDialog QCheckBox::indicator:checked:disabled, #DsmDialog QRadioButton::indicator:checked:disabled {
  background: $off_text; border-color: $off_text; }
#DsmDialog QPushButton { background: $button; color: $text; border: 1px solid $button_edge;
  border-radius: $button_corner; padding: 5px 18px; min-height: 20px; }
#DsmDialog QPushButton:hover { background: $button_hover; }
#DsmDialog QPushButton:focus { border: 2px solid $focus; padding: 4px 17px; }
#DsmDialog QPushButton:disabled { color: $off_text; background: $field_off; border-color: $bar_line; }
#DsmDialog QPushButton[look="primary"] { background: $primary; color: $primary_text; border-color: $primary;
  font-weight: 600; }
#DsmDialog QPushButton[look="primary"]:hover { background: $primary_hover; }
#DsmDialog QPushButton[look="primary"]:focus { border: 2px solid $text; }
#DsmDialog QPushButton[look="primary"]:disabled { background: $primary_off; color: $primary_text;
  border-color: $primary_off; }
#DsmDialog QScrollBar::handle { background: $button_edge; }
#DsmDialog QScrollBar::handle:hover { background: $edge; }
"""


def style_sheet(dsm: str) -> str:
    """The style sheet of the imitated dialog."""
    art = resources_folder() / "theme" / "light"
    return Template(_SHEET).substitute({**COLORS[dsm], **_SHAPES[dsm]}, art=art.as_posix())


def last_button(dsm: str) -> str:
    """What stands on the button that ends the wizard."""
    return tr("Apply") if dsm == DSM_6 else tr("Done")
