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

/** Waits for something in the page, which Gradio builds and fills piece by piece. */
export function until(test) {
  return new Promise((done) => {
    if (test()) return done();
    const watch = new MutationObserver(() => {
      if (!test()) return;
      watch.disconnect();
      done();
    });
    watch.observe(document.documentElement, { childList: true, subtree: true, attributes: true });
    return undefined;
  });
}
