// The list of documents: the server draws it, this asks for a new drawing and removes documents.

import { closeSourceOf } from './source.js';
import { say } from './words.js';

/** Have the server draw the list again. */
export function refresh() {
  document.getElementById('refresh')?.click();
}

export function rowOf(documentId) {
  return documentId ? document.querySelector(`[data-document="${CSS.escape(documentId)}"]`) : null;
}

export async function removeDocument(row) {
  const problem = row.querySelector('.problem');
  problem.textContent = '';
  try {
    const answer = await fetch(`/api/documents/${row.dataset.document}`, { method: 'DELETE' });
    if (!answer.ok && answer.status !== 404) {
      problem.textContent = (await answer.json()).detail;
      return;
    }
  } catch {
    problem.textContent = say('offline');
    return;
  }
  closeSourceOf(row.dataset.document);
  refresh();
}
