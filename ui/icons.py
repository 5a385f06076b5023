"""Icons, drawn with one line each."""

from __future__ import annotations

from html import escape

_PATHS = {
    "documents": "M4 4h9l4 4v12H4z M13 4v4h4",
    "close": "M6 6l12 12 M18 6L6 18",
    "add": "M12 16V5 M7.5 9.5L12 5l4.5 4.5 M5 19h14",
    "previous": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "minus": "M6 12h12",
    "plus": "M6 12h12 M12 6v12",
    "download": "M12 5v10 M7.5 11l4.5 4.5 4.5-4.5 M5 19.5h14",
    "copy": "M9 9h10v11H9z M15 9V4H5v11h4",
    "up": "M8 11l3.5-7c1.6 0 2.3 1 2 2.5L13 10h5.2c1 0 1.7 1 1.4 2l-1.8 6.4c-.2.9-.9 1.6-1.9 1.6H8z M8 11H4.5v9H8",
    "down": "M8 13l3.5 7c1.6 0 2.3-1 2-2.5L13 14h5.2c1 0 1.7-1 1.4-2l-1.8-6.4c-.2-.9-.9-1.6-1.9-1.6H8z M8 13H4.5V4H8",
    "again": "M19 12a7 7 0 1 1-2.2-5.1 M19 4v4.5h-4.5",
    "pile": "M4 8h10v12H4z M8 8V4h11v12h-5 M7 12h4 M7 16h4",
    "shield": "M12 3.5l7 2.6v5.2c0 4.4-2.9 7.6-7 9.2-4.1-1.6-7-4.8-7-9.2V6.1z M9 11.8l2.2 2.2 4-4.2",
    "find": "M10.5 4a6.5 6.5 0 1 0 .01 0 M15.3 15.3L20 20",
    "only": "M4 5h16l-6 8v6l-4-2v-4z",
    "settings": "M4 7h9 M17 7h3 M4 17h3 M11 17h9 M13 4.5h4v5h-4z M7 14.5h4v5H7z",
    "edit": "M5 19l1-4L16 5l3 3L9 18z",
}
_FOR_THE_SCRIPT = ("edit", "download", "close")


def icon(name: str, size: int = 20) -> str:
    """An SVG that is hidden from screen readers."""
    return (
        f'<svg viewBox="0 0 24 24" width="{size}" height="{size}" fill="none" stroke="currentColor" stroke-width="1.8"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{_PATHS[name]}"/></svg>'
    )


def icon_button(action: str, label: str, name: str, more: str = "") -> str:
    """A button with an icon, named in words; `more` are attributes, escaped already."""
    told = escape(label)
    return (
        f'<button type="button" class="icon tool" data-action="{action}" aria-label="{told}" title="{told}"{more}>'
        f"{icon(name, 17)}</button>"
    )


def icons_of_the_script() -> str:
    """Those that the script copies to what it makes."""
    return "".join(f'<span data-icon="{name}">{icon(name)}</span>' for name in _FOR_THE_SCRIPT)
