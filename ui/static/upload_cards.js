// The cards of uploads: how far each one is, why it failed, and what can be done about it. `does` has what the buttons do.

import { rowOf } from './documents.js';
import { part } from './parts.js';
import { say, tell } from './words.js';

// Of the file itself, in the sentences of docent.ingest: read again, it would have them still.
const FAULTS = / is (?:damaged|empty|of a kind|named|not text|no table|protected by its publisher|an old Office file)\b| has no (?:pages|chapters|cells)\b/;

export function percent(row) {
  return row.total ? Math.floor((100 * row.done) / row.total) : 0;
}

export function drawCard(list, row, does) {
  let element = list.querySelector(`[data-key="${row.key}"]`);
  if (!element) {
    element = document.createElement('li');
    element.dataset.key = row.key;
    list.append(element);
  }
  if (row.state === 'locked') {
    drawLocked(element, row, does);
    return;
  }
  const problem = row.state === 'failed' || row.state === 'cancelled';
  const shown = [row.state, stateText(row), say('cancel'), percent(row), row.job, row.canRetry, Boolean(row.file)].join(' ');
  if (element.dataset.shown === shown) return; // what has the focus keeps it
  element.dataset.shown = shown;
  element.className = `job ${row.state}`;
  element.replaceChildren(part('span', 'name', row.name), ...buttons(row, does), part('span', 'state', stateText(row)));
  if (!problem && row.outcome !== 'duplicate') element.append(bar(row));
}

/** Asks for the password of a file. Drawn once, so that nothing is taken away under the reader's hands. */
function drawLocked(element, row, does) {
  if (element.className === 'job locked') return;
  element.className = 'job locked';
  delete element.dataset.shown;
  const form = part('form', 'unlock', '');
  const input = part('input', 'password', '');
  Object.assign(input, { type: 'password', required: true, placeholder: say('password'), autocomplete: 'off' });
  input.setAttribute('aria-label', `${say('password')}: ${row.name}`);
  const submit = part('button', 'plain', say('unlock'));
  form.append(input, submit, button('plain', say('cancel'), () => does.cancel(row)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    does.unlock(row, input.value);
  });
  const text = part('span', 'state', row.tried ? say('still_locked') : say('locked'));
  text.setAttribute('role', 'status');
  element.replaceChildren(part('span', 'name', row.name), text, form);
  if (row.tried) input.focus();
}

function stateText(row) {
  if (row.state === 'failed') return row.reason ? tell(row.reason) : say('failed');
  if (row.outcome === 'duplicate') return sameAs(row);
  if (row.state === 'reading') return row.total ? say('reading', row) : say('reading_start');
  if (row.state === 'embedding' || row.state === 'searchable') return say('embedding', { percent: percent(row) });
  return row.state === 'done' ? say('ready') : say(row.state);
}

/** A file whose content is here under another name. */
function sameAs(row) {
  const name = rowOf(row.documentId)?.querySelector('.name').textContent;
  return name && name !== row.name ? say('same_as', { name }) : say('already_here');
}

function buttons(row, does) {
  const found = [];
  const mayHelp = (row.file || row.canRetry) && !FAULTS.test(row.reason || '');
  if (row.state === 'failed' && mayHelp) found.push(button('plain', say('retry'), () => does.retry(row)));
  if (row.job && ['queued', 'reading'].includes(row.state)) found.push(button('plain', say('cancel'), () => does.cancel(row)));
  if (row.state === 'failed' || row.outcome === 'duplicate') {
    found.push(button('plain', say('dismiss'), () => does.dismiss(row)));
  }
  return found;
}

function bar(row) {
  const track = part('span', 'bar', '');
  if (row.state === 'queued') return track;
  const fill = part('span', row.total ? 'fill' : 'fill unknown', '');
  if (row.total) fill.style.width = `${percent(row)}%`;
  track.append(fill);
  return track;
}

function button(kind, text, then) {
  const made = part('button', kind, text);
  made.type = 'button';
  made.addEventListener('click', then);
  return made;
}
