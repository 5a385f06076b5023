// The list of documents: the server draws it, this asks for a new drawing, removes documents and brings them back.

import { closeSourceOf } from './source.js';
import { collection, within } from './collection.js';
import { part } from './parts.js';
import { say, tell } from './words.js';

let asked = ''; // the document that is to be removed, if the reader means it

/** Have the server draw the list again. */
export function refresh() {
  document.getElementById('refresh')?.click();
}

export function rowOf(documentId) {
  return documentId ? document.querySelector(`[data-document="${CSS.escape(documentId)}"]`) : null;
}

/** While the server does it, the row may become another document's. */
export async function removeDocument(row) {
  const documentId = row.dataset.document;
  const name = row.querySelector('.name').textContent;
  const of = collection();
  sayWrong(documentId, '');
  try {
    const answer = await fetch(within(`/api/documents/${documentId}`, of), { method: 'DELETE' });
    const told = await answer.json();
    if (!answer.ok && answer.status !== 404) {
      sayWrong(documentId, tell(told.detail));
      return;
    }
    if (asked === documentId) asked = '';
    if (answer.ok && told.undo_days) offerUndo(documentId, name, told.undo_days, of);
  } catch {
    sayWrong(documentId, say('offline'));
    return;
  }
  closeSourceOf(documentId);
  refresh();
}

/** What could not be done with a document, in its row. */
export function sayWrong(documentId, text) {
  const line = rowOf(documentId)?.querySelector('.problem');
  if (line) line.textContent = text;
}

/** Ask whether it is meant, in the row; `open` is false where it is not. */
export function confirmRemoval(button, open) {
  const row = button.closest('.document');
  asked = open ? row.dataset.document : '';
  askStill();
  row.querySelector(open ? '[data-action="keep"]' : '[data-action="ask-remove"]').focus();
}

/** Gradio makes the old rows into the new ones, whichever documents these are of, so the question goes along. */
function askStill() {
  for (const one of document.querySelectorAll('#document-list .confirm')) {
    const hidden = one.closest('.document').dataset.document !== asked;
    if (one.hidden === hidden) continue;
    one.hidden = hidden;
    const now = document.activeElement;
    if (!hidden && (now === document.body || now?.closest('.confirm'))) one.querySelector('[data-action="keep"]').focus();
  }
}

/** A line above the list, so that a slip can be mended where it happened. */
function offerUndo(documentId, name, days, of) {
  linesOf(documentId).forEach((line) => line.remove());
  const line = part('li', 'job gone', '');
  line.dataset.removed = documentId;
  line.dataset.of = of;
  line.hidden = of !== collection(); // another was chosen meanwhile
  line.append(part('span', 'name', name), action('undo'), action('dismiss'));
  const state = part('span', 'state', say('removed', { days }));
  state.dataset.t = 'removed';
  state.dataset.tDays = days;
  line.append(state);
  line.append(part('span', 'problem', ''));
  document.getElementById('undo').append(line);
  line.scrollIntoView({ block: 'nearest' }); // the row may have stood far below
}

/** What was removed from another collection is undone there. */
export function redrawUndo() {
  for (const line of document.querySelectorAll('#undo [data-of]')) line.hidden = line.dataset.of !== collection();
}

export async function restoreDocument(line) {
  const problem = line.querySelector('.problem');
  problem.textContent = '';
  const documentId = line.dataset.removed;
  const address = within(`/api/documents/${documentId}/restore`, line.dataset.of);
  const answer = await fetch(address, { method: 'POST' }).catch(() => null);
  if (answer?.ok) linesOf(documentId).forEach((one) => one.remove());
  else if (answer?.status === 404) problem.textContent = say('not_undone');
  else {
    const detail = (await answer?.json().catch(() => null))?.detail;
    problem.textContent = detail ? tell(detail) : say('offline');
  }
  refresh();
}

function linesOf(documentId) {
  return document.querySelectorAll(`#undo [data-removed="${CSS.escape(documentId)}"]`);
}

function action(name) {
  const made = worded('button', 'plain', name);
  made.type = 'button';
  made.dataset.action = name;
  return made;
}

/** A part that changes with the language. */
function worded(tag, kind, name) {
  const made = part(tag, kind, say(name));
  made.dataset.t = name;
  return made;
}

/** What the reader has unfolded, and a question that waits for an answer, stay when the server draws the list anew. */
export function keepUnfolded() {
  let open = false;
  document.addEventListener('toggle', (event) => {
    if (event.target.matches?.('.removed')) open = event.target.open;
  }, true);
  new MutationObserver(() => {
    const list = document.querySelector('#document-list .removed');
    if (list && list.open !== open) list.open = open;
    if (asked) askStill();
  }).observe(document.getElementById('document-list'), {
    childList: true, subtree: true, attributeFilter: ['hidden', 'data-document'],
  });
}
