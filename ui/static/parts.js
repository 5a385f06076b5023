// Elements that the script makes.

export function part(tag, kind, text) {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  return made;
}

/** A drawing of the server's (ui/icons.py), which looks the same on every machine. */
export function icon(name) {
  return document.querySelector(`#docent-icons [data-icon="${name}"]`).firstElementChild.cloneNode(true);
}
