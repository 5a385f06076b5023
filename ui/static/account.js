// Who is signed in, what they may do in the collection that is shown, and where passages go.

import { within } from './collection.js';
import { say } from './words.js';

let latest = 0;

export async function showAccount() {
  const ticket = (latest += 1);
  const answer = await fetch(within('/api/me')).catch(() => null);
  if (answer?.status === 401) location.reload(); // the session has ended: the server asks to sign in
  if (!answer?.ok) return;
  const { name, role, leaves } = await answer.json();
  if (ticket !== latest) return; // another collection was chosen meanwhile
  Object.assign(document.body.dataset, { role, account: name });
  const form = document.getElementById('account');
  form.hidden = !name;
  form.title = name;
  const note = document.querySelector('.leaving');
  note.hidden = !leaves;
  note.dataset.tHost = leaves;
  note.textContent = say('leaves', { host: leaves });
}
