// What the tabs of the settings are made of: words, calls of the API, fields, buttons, lines that say what came of it.

import { part } from './parts.js';
import { language, tell } from './words.js';

let all = null;
let fields = 0;

/** Whether the words are here. */
export async function loadWords() {
  if (all) return true;
  const answer = await fetch('/ui/settings-texts.json').catch(() => null);
  all = answer?.ok ? await answer.json().catch(() => null) : null;
  return Boolean(all);
}

/** A text of the settings by name, its {placeholders} filled in. */
export function word(name, values = {}) {
  return all[language()][name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
}

/** What the API says: `told` where it did it, `problem` as a sentence in the reader's language where it did not. */
export async function call(method, address, body) {
  const options = { method };
  if (body !== undefined) Object.assign(options, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const answer = await fetch(address, options).catch(() => null);
  if (!answer) return { ok: false, problem: all ? word('offline') : '' };
  if (answer.status === 401) location.reload(); // the session has ended: the server asks to sign in
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? { ok: true, told } : { ok: false, told, problem: tell(told.detail || '') };
}

export function section(title, hint = '') {
  const made = part('section', 'setting', '');
  made.append(part('h3', '', title));
  if (hint) made.append(part('p', 'hint', hint));
  return made;
}

export function button(text, kind, act) {
  const made = part('button', kind, text);
  made.type = 'button';
  made.addEventListener('click', async () => {
    if (made.getAttribute('aria-disabled') === 'true') return;
    made.setAttribute('aria-disabled', 'true'); // not `disabled`, which would lose the focus
    try {
      await act(made);
    } finally {
      made.removeAttribute('aria-disabled');
    }
  });
  return made;
}

/** A labelled input; `input` is the element itself. */
export function field(label, options = {}) {
  const made = part('label', 'field', '');
  made.append(part('span', '', label));
  const input = options.input || document.createElement('input');
  const { input: _, ...rest } = options;
  Object.assign(input, { autocomplete: 'off', spellcheck: false, maxLength: 1000, ...rest });
  input.id = `setting-${fields += 1}`;
  made.htmlFor = input.id;
  made.append(input);
  return { made, input };
}

export function choice(label, options, value) {
  const input = document.createElement('select');
  input.append(...options.map(([key, text]) => new Option(text, key)));
  if (value !== undefined) input.value = value;
  const made = part('label', 'field', '');
  made.append(part('span', '', label), input);
  return { made, input };
}

export function check(label, on) {
  const made = part('label', 'check', '');
  const input = document.createElement('input');
  input.type = 'checkbox';
  input.checked = on;
  made.append(input, part('span', '', label));
  return { made, input };
}

/** Fields and a button in a line; Enter does what the button does. */
export function form(pieces, send) {
  const made = document.createElement('form');
  made.className = 'line-form';
  made.append(...pieces, send);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    send.click();
  });
  return made;
}

/** A line that says what came of something; screen readers say it, too. */
export function outcome() {
  const made = part('p', 'outcome', '');
  made.setAttribute('role', 'status');
  return made;
}

/** Says what came of something, in sight. What is wrong with an `input` leads back to it. */
export function report(line, { ok, problem }, done = '', input = null) {
  line.classList.toggle('problem', !ok);
  line.textContent = ok ? done : problem;
  if (input) blame(input, line, ok);
  if (line.textContent) line.scrollIntoView({ block: 'nearest' });
  return ok;
}

function blame(input, line, ok) {
  line.id = line.id || `outcome-${fields += 1}`;
  input.toggleAttribute('aria-invalid', !ok);
  if (ok) {
    input.removeAttribute('aria-describedby');
    return;
  }
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', line.id);
  input.focus({ preventScroll: true });
}

/** A question before what cannot be undone; the focus is on the harmless answer. */
export function confirm(question, sure, keep, act) {
  const made = part('div', 'sure', '');
  made.append(part('p', '', question));
  const no = button(keep, 'plain', () => {
    const before = made.previousElementSibling;
    made.remove();
    before?.focus();
  });
  made.append(button(sure, 'danger', act), no);
  return { made, focus: () => no.focus() };
}

/** A secret that is shown once, with a way to copy it. */
export function shownOnce(told, secret) {
  const made = part('div', 'once', '');
  const { made: labelled, input } = field(told, { readOnly: true, value: secret });
  input.addEventListener('focus', () => input.select());
  const copy = button(word('copy'), 'plain', async () => {
    input.select();
    await navigator.clipboard?.writeText(secret).catch(() => {});
    copy.textContent = word('copied');
  });
  made.append(labelled, copy);
  return made;
}

export function day(moment) {
  return new Date(moment).toLocaleDateString(language() === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium' });
}

export function bytes(count) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const place = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  return `${(count / 1000 ** place).toFixed(place > 1 ? 1 : 0)} ${units[place]}`;
}

/** Fields of forms send nothing by themselves. */
export function settle(page) {
  page.querySelectorAll('form').forEach((one) => one.setAttribute('novalidate', ''));
}
