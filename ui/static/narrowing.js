// Asking only some documents, or such as have a tag, or other collections as well: shown above the box to ask in.

import { part } from './parts.js';
import { language, say } from './words.js';

const MOST_COMPARED = 5; // as in docent.app.whole_documents

let chosen = [];

export function narrow(button) {
  const { only, value, shown } = button.dataset;
  const rest = chosen.filter((one) => one.only !== only || one.value !== value);
  chosen = rest.length < chosen.length ? rest : [...chosen, { only, value, shown }];
  redrawNarrowed();
  if (!button.closest('#together-choices')) document.querySelector('#question textarea').focus();
}

/** Another collection has other documents. */
export function widen() {
  chosen = [];
  redrawNarrowed();
}

/** Ask about a document whatever was narrowed to, unless it is among that. */
export function reach(documentId) {
  const isOnly = chosen.every((one) => one.only === 'documents') && chosen.some((one) => one.value === documentId);
  if (!isOnly) widen();
}

export function redrawNarrowed() {
  const named = (kind) => chosen.filter((one) => one.only === kind).map((one) => one.value);
  document.body.dataset.only = JSON.stringify({
    documents: named('documents'), tags: named('tags'), collections: named('collections'),
  });
  const bar = document.getElementById('narrowed');
  bar.hidden = !chosen.length;
  const others = chosen.filter((one) => one.only === 'collections');
  const only = chosen.filter((one) => one.only !== 'collections');
  bar.replaceChildren(...group(say('only'), only), ...group(say('also_asking'), others), ...whole(chosen));
  for (const choice of document.querySelectorAll('#together-choices button')) {
    choice.setAttribute('aria-pressed', String(others.some((one) => one.value === choice.dataset.value)));
  }
}

function group(text, some) {
  if (!some.length) return [];
  const made = part('div', 'group', '');
  made.append(part('span', 'quiet', text), ...some.map(chip));
  return [made];
}

/** One document can be summed up whole, and some can be set side by side. */
function whole(some) {
  if (!some.length || some.length > MOST_COMPARED || some.some((one) => one.only !== 'documents')) return [];
  const names = some.map((one) => (language() === 'zh' ? `《${one.shown}》` : one.shown)).join(say('and_also'));
  const [told, asked] = some.length > 1
    ? [say('compare'), say('compare_named', { names })]
    : [say('summarize'), say('summarize_named', { name: some[0].shown })];
  const made = part('button', 'plain whole', told);
  made.type = 'button';
  made.dataset.ask = asked;
  return [made];
}

/** The collections that can be asked as well. */
export function offerOthers(names) {
  document.getElementById('together').hidden = !names.length;
  document.getElementById('together-choices').replaceChildren(...names.map((name) => {
    const made = part('button', 'chip', name);
    made.type = 'button';
    Object.assign(made.dataset, { action: 'narrow', only: 'collections', value: name, shown: name });
    return made;
  }));
  redrawNarrowed();
}

function chip(one) {
  const made = part('button', 'chip', `${one.shown} ×`);
  made.type = 'button';
  Object.assign(made.dataset, { action: 'narrow', ...one });
  const isOther = one.only === 'collections';
  const told = isOther ? say('no_longer_also', { name: one.shown }) : say('no_longer_only', { name: one.shown });
  made.setAttribute('aria-label', told);
  return made;
}
