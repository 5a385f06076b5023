// Who is signed in, what they may do in the collection that is shown, and where passages go.

import { within } from './collection.js';
import { drawing } from './drawing.js';
import { say } from './words.js';

/** Another collection may be chosen meanwhile. */
export const showAccount = drawing(asked, draw);

async function asked() {
  const answer = await fetch(within('/api/me')).catch(() => null);
  if (answer?.status === 401) location.reload(); // the session has ended: the server asks to sign in
  return answer?.ok ? answer.json() : null;
}

function draw(told) {
  if (!told) return;
  const { name, role, leaves } = told;
  Object.assign(document.body.dataset, { role, account: name });
  const form = document.getElementById('account');
  form.hidden = !name;
  form.title = name;
  const note = document.querySelector('.leaving');
  note.hidden = !leaves;
  note.dataset.tHost = leaves;
  note.textContent = say('leaves', { host: leaves });
}
