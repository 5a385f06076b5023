// Asking only some documents, or such as have a tag: chosen in the list, shown above the box to ask in.

import { part } from './parts.js';
import { say } from './words.js';

let chosen = [];

export function narrow(button) {
  const { only, value, shown } = button.dataset;
  const rest = chosen.filter((one) => one.only !== only || one.value !== value);
  chosen = rest.length < chosen.length ? rest : [...chosen, { only, value, shown }];
  redrawNarrowed();
  document.querySelector('#question textarea').focus();
}

/** Another collection has other documents. */
export function widen() {
  chosen = [];
  redrawNarrowed();
}

export function redrawNarrowed() {
  const named = (kind) => chosen.filter((one) => one.only === kind).map((one) => one.value);
  document.body.dataset.only = JSON.stringify({ documents: named('documents'), tags: named('tags') });
  const bar = document.getElementById('narrowed');
  bar.hidden = !chosen.length;
  bar.replaceChildren(part('span', 'quiet', say('only')), ...chosen.map(chip));
}

function chip(one) {
  const made = part('button', 'chip', `${one.shown} ×`);
  made.type = 'button';
  Object.assign(made.dataset, { action: 'narrow', ...one });
  made.setAttribute('aria-label', say('no_longer_only', { name: one.shown }));
  return made;
}
