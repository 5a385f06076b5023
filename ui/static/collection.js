// Which collection the page shows. The server says so on the list of documents; a reader with several can switch.

import { offerOthers } from './narrowing.js';

const KEY = 'docent-collection';

export function collection() {
  return document.querySelector('#document-list [data-collection]')?.dataset.collection || '';
}

/** An address of the API, about a collection: the one that is shown, if no other is named. */
export function within(address, name = collection()) {
  if (!name) return address;
  return `${address}${address.includes('?') ? '&' : '?'}collection=${encodeURIComponent(name)}`;
}

/** Offer the choice where there is one, and keep it in step with what the server shows. */
export async function offerCollections(choose, changed) {
  const select = document.getElementById('collection');
  select.addEventListener('change', () => {
    localStorage.setItem(KEY, select.value);
    choose();
  });
  let shown = collection();
  let all = [];
  const others = () => (collection() ? all.filter((one) => one !== collection()) : []);
  new MutationObserver(() => {
    if (collection() === shown) return;
    const before = shown;
    shown = collection();
    select.value = shown;
    changed(before);
    offerOthers(others());
  }).observe(document.getElementById('document-list'), { childList: true, subtree: true });
  const answer = await fetch('/api/collections').catch(() => null);
  if (!answer?.ok) return;
  all = (await answer.json()).collections.map((one) => one.name);
  if (all.length < 2) return;
  select.replaceChildren(...all.map((name) => new Option(name, name)));
  select.value = collection();
  document.getElementById('collections').hidden = false;
  offerOthers(others());
}
