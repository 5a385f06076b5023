// The list of documents: the server draws it, this asks for a new drawing, removes documents and brings them back.

import { closeSourceOf } from './source.js';
import { collection, within } from './collection.js';
import { part } from './parts.js';
import { say, tell } from './words.js';

/** Have the server draw the list again. */
export function refresh() {
  document.getElementById('refresh')?.click();
}

export function rowOf(documentId) {
  return documentId ? document.querySelector(`[data-document="${CSS.escape(documentId)}"]`) : null;
}

export async function removeDocument(row) {
  const problem = row.querySelector('.problem');
  const name = row.querySelector('.name').textContent;
  problem.textContent = '';
  try {
    const answer = await fetch(within(`/api/documents/${row.dataset.document}`), { method: 'DELETE' });
    const told = await answer.json();
    if (!answer.ok && answer.status !== 404) {
      problem.textContent = tell(told.detail);
      return;
    }
    if (answer.ok && told.undo_days) offerUndo(row.dataset.document, name, told.undo_days);
  } catch {
    problem.textContent = say('offline');
    return;
  }
  closeSourceOf(row.dataset.document);
  refresh();
}

/** A line above the list, so that a slip can be mended where it happened. */
function offerUndo(documentId, name, days) {
  linesOf(documentId).forEach((line) => line.remove());
  const line = part('li', 'job gone', '');
  line.dataset.removed = documentId;
  line.dataset.of = collection();
  line.append(part('span', 'name', name), action('undo'), action('dismiss'));
  const state = part('span', 'state', say('removed', { days }));
  state.dataset.t = 'removed';
  state.dataset.tDays = days;
  line.append(state);
  line.append(part('span', 'problem', ''));
  document.getElementById('undo').append(line);
}

/** What was removed from another collection is undone there. */
export function redrawUndo() {
  for (const line of document.querySelectorAll('#undo [data-of]')) line.hidden = line.dataset.of !== collection();
}

export async function restoreDocument(line) {
  const problem = line.querySelector('.problem');
  problem.textContent = '';
  const documentId = line.dataset.removed;
  const answer = await fetch(within(`/api/documents/${documentId}/restore`), { method: 'POST' }).catch(() => null);
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

/** What the reader has unfolded stays so when the server draws the list anew. */
export function keepUnfolded() {
  let open = false;
  document.addEventListener('toggle', (event) => {
    if (event.target.matches?.('.removed')) open = event.target.open;
  }, true);
  new MutationObserver(() => {
    const list = document.querySelector('#document-list .removed');
    if (list && list.open !== open) list.open = open;
  }).observe(document.getElementById('document-list'), { childList: true, subtree: true });
}
