// Who is signed in, and what they may do in the collection that is shown: what they may not is not offered.

import { within } from './collection.js';

export async function showAccount() {
  const answer = await fetch(within('/api/me')).catch(() => null);
  if (answer?.status === 401) location.reload(); // the session has ended: the server asks to sign in
  if (!answer?.ok) return;
  const { name, role } = await answer.json();
  document.body.dataset.role = role;
  const form = document.getElementById('account');
  form.hidden = !name;
  form.title = name;
}
