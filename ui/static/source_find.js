// Finding words in the document that is open: the browser's own search cannot read the picture of a page.

import { within } from './collection.js';
import { showFound, shownPlace } from './source.js';
import { say, tell } from './words.js';

let asked = ''; // the document and the words whose places these are
let places = [];
let more = false;
let at = 0;

const row = () => document.getElementById('source-find');
const box = () => document.getElementById('source-words');

export function watchFind() {
  row().addEventListener('submit', (event) => {
    event.preventDefault();
    findNext(1);
  });
  box().addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      toggleFind();
      document.querySelector('[data-action="find"]').focus();
    } else if (event.key === 'Enter' && event.shiftKey) {
      event.preventDefault();
      findNext(-1);
    }
  });
  box().addEventListener('input', () => note(''));
}

export function toggleFind() {
  row().hidden = !row().hidden;
  if (!row().hidden) box().select();
}

/** Another document is opened. */
export function closeFind() {
  row().hidden = true;
  box().value = '';
  note('');
}

/** The first time from the page on that is shown, then one after the other. */
export async function findNext(by) {
  const open = shownPlace();
  const text = box().value.trim();
  if (!open || !text) return;
  const key = `${open.id} ${text}`;
  if (key === asked) at += by;
  else if (!(await ask(open, text, key))) return;
  at = (at + places.length) % (places.length || 1);
  const count = more ? `${places.length}+` : places.length;
  note(places.length ? say('place_of', { place: at + 1, count }) : say('nowhere_here'));
  if (places.length) showFound(places[at]);
}

async function ask(open, text, key) {
  const address = within(`/api/documents/${open.id}/find?text=${encodeURIComponent(text)}`, open.collection || undefined);
  const answer = await fetch(address).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (shownPlace()?.id !== open.id || box().value.trim() !== text) return false; // meanwhile
  if (!answer?.ok) {
    note(told?.detail ? tell(told.detail) : say('offline'));
    return false;
  }
  places = told.places.map((one) => ({ ...one, boxes: one.boxes.map(({ page, rect }) => [page, ...rect]) }));
  [asked, more] = [key, told.more];
  at = Math.max(0, places.findIndex((one) => one.page >= open.page));
  return true;
}

function note(text) {
  document.getElementById('source-found').textContent = text;
}
