// The source panel: a page as a picture, the quoted lines marked over it in percent, so that they scale with it.

import { collection, within } from './collection.js';
import { language, say } from './words.js';
import { part as made } from './parts.js';
import { markOf, scrollToMark } from './source_marks.js';
import { inALine, markedText } from './plaintext.js';

const ZOOMS = [1, 1.35, 1.8, 2.4];
const SHARPNESS = [2, 2.5, 3, 4];
const SHORT = 300; // milliseconds that are not worth a word
let shown = null; // { cite, page, pages, zoom }
let opener = null;
let latest = 0;
let wait = 0;
const foreseen = new Set(); // addresses of pictures

const part = (id) => document.getElementById(id);

export function sourceIsOpen() {
  return !part('source').hidden;
}

export function openSource(cite, button) {
  opener = button;
  shown = { cite, page: cite.page, pages: cite.page, zoom: 0 };
  part('source').hidden = false;
  document.body.classList.add('source-open');
  markOpener(cite);
  part('source').focus({ preventScroll: true });
  // Until the proportions of the page are known, those of most pages.
  if (isDrawn(cite) && !part('source-view').hasChildNodes()) part('source-view').append(frameOf(210, 297));
  return draw();
}

/** What has boxes has pages to draw; of a whole document the server says it. */
const isDrawn = (cite) => cite.drawn ?? cite.boxes.length > 0;

/** What is pointed at is about to be opened: its page is drawn meanwhile. */
export function foresee(cite) {
  const address = pictureAddress(cite, cite.page, 0);
  if (!isDrawn(cite) || foreseen.has(address)) return;
  foreseen.add(address);
  new Image().src = address;
}

export function closeSource() {
  if (!sourceIsOpen()) return;
  clearSource();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

function clearSource() {
  endWait();
  part('source').hidden = true;
  part('source-view').replaceChildren();
  document.body.classList.remove('source-open');
  shown = null;
  latest += 1;
  markOpener(null);
}

/** A document that was opened by its name stays where there is no conversation. */
export function clearCited() {
  if (shown?.cite.quote) clearSource();
}

export function closeSourceOf(documentId) {
  if (shown?.cite.id === documentId) clearSource();
}

export function redrawSource() {
  if (shown) draw();
}

export function turnPage(by) {
  if (!shown || shown.page + by < 1 || shown.page + by > shown.pages) return;
  shown.page += by;
  draw();
}

/** What was written as the number of a page; what is none leads nowhere. */
export function goToPage(written) {
  const page = Number(written.normalize('NFKC'));
  if (!shown || !Number.isInteger(page) || page < 1 || page > shown.pages) {
    setTools();
    return;
  }
  shown.page = page;
  draw();
}

/** The document that is open, and what of it is shown. */
export const shownPlace = () => shown && { ...shown.cite, page: shown.page };

/** Words that were found in it take the place of the quote. */
export function showFound({ text, page, boxes }) {
  Object.assign(shown, { page, cite: { ...shown.cite, number: '', quote: '', quotes: [text], page, boxes, drawn: isDrawn(shown.cite) } });
  draw();
}

/** Back to the page that the quote is from. */
export function showCited() {
  if (!shown) return;
  shown.page = shown.cite.page;
  part('source').focus({ preventScroll: true });
  draw();
}

export function zoom(by) {
  if (!shown) return;
  const view = part('source-view');
  const across = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
  const down = (view.scrollTop + view.clientHeight / 2) / view.scrollHeight;
  shown.zoom = Math.min(ZOOMS.length - 1, Math.max(0, shown.zoom + by));
  const sheet = view.querySelector('.sheet');
  if (!sheet) return;
  size(sheet);
  const picture = sheet.querySelector('img');
  if (!picture) return;
  picture.src = pictureAddress(shown.cite, shown.page, shown.zoom);
  tellWait();
  view.scrollLeft = across * view.scrollWidth - view.clientWidth / 2;
  view.scrollTop = down * view.scrollHeight - view.clientHeight / 2;
  setTools();
}

function markOpener(cite) {
  for (const one of document.querySelectorAll('[data-cite].open')) one.classList.remove('open');
  if (!cite) return;
  for (const one of document.querySelectorAll('[data-cite]')) {
    const other = JSON.parse(one.dataset.cite);
    const same = other.id === cite.id && other.page === cite.page && (other.quote === cite.quote || shares(other, cite));
    one.classList.toggle('open', same && one.closest('.turn') === opener?.closest('.turn'));
  }
}

/** Whether a number of the one is a number of the other: a card stands for all that are cited of its page. */
function shares(one, other) {
  const numbers = String(one.number).split(', ').filter(Boolean);
  return String(other.number).split(', ').some((number) => numbers.includes(number));
}

/** An address about a document that is cited, in the collection that it is from. */
function its(cite, place) {
  return within(`/api/documents/${cite.id}/${place}`, cite.collection || undefined);
}

function pictureAddress(cite, page, level) {
  return its(cite, `pages/${page}.png?zoom=${SHARPNESS[level]}`);
}

/** Says what is waited for, unless it is there soon. */
function tellWait() {
  clearTimeout(wait);
  wait = setTimeout(() => {
    part('source-waiting').textContent = (shown.paged ?? isDrawn(shown.cite)) ? say('drawing', { page: shown.page }) : say('opening');
    part('source').setAttribute('aria-busy', 'true');
  }, SHORT);
}

function endWait() {
  clearTimeout(wait);
  part('source-waiting').textContent = '';
  part('source').removeAttribute('aria-busy');
}

async function draw() {
  const ticket = (latest += 1);
  const { cite } = shown;
  part('source-name').textContent = cite.name;
  part('source-name').title = cite.name;
  part('source-number').textContent = cite.number;
  part('source-quote').textContent = inALine(cite.quote);
  part('source-original').href = its(cite, 'original');
  part('source-digest').dataset.ask = say('summarize_named', { name: cite.name });
  part('source-digest').hidden = Boolean(cite.collection) && cite.collection !== collection(); // those are not summed up
  setTools();
  for (const one of part('source-view').children) one.classList.add('stale');
  tellWait();
  const page = await load();
  if (ticket !== latest) return; // another page was asked for meanwhile
  const view = part('source-view');
  if (!page || !page.width) endWait();
  if (!page) {
    view.replaceChildren(made('p', 'quiet', say('page_failed')));
    return;
  }
  shown.pages = page.pages;
  shown.paged = page.width > 0;
  shown.location = page.location;
  setTools();
  if (!shown.paged) {
    const quotes = page.number === cite.page ? cite.quotes || [cite.quote] : [];
    view.replaceChildren(markedText(page.blocks, quotes, /\.(md|markdown)$/i.test(cite.name)));
  } else {
    view.replaceChildren(...noteOn(page), sheetOf(page, ticket));
  }
  scrollToMark(view);
}

async function load() {
  try {
    const answer = await fetch(its(shown.cite, `pages/${shown.page}`));
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** What a reader should know of how a page was read. */
function noteOn(page) {
  const told = { ocr: say('page_ocr'), mixed: say('page_mixed'), none: say('page_none') }[page.source];
  return told ? [made('p', 'quiet', told)] : [];
}

function frameOf(width, height) {
  const sheet = document.createElement('div');
  sheet.className = 'sheet';
  sheet.style.aspectRatio = `${width} / ${height}`;
  size(sheet);
  return sheet;
}

function sheetOf(page, ticket) {
  const sheet = frameOf(page.width, page.height);
  const picture = document.createElement('img');
  picture.alt = say('page_of', { page: page.number, pages: page.pages });
  const ended = () => ticket === latest && endWait();
  picture.addEventListener('load', () => {
    sheet.classList.add('loaded');
    ended();
  });
  picture.addEventListener('error', () => {
    sheet.replaceChildren(made('p', 'quiet', say('page_failed')));
    ended();
  });
  picture.src = pictureAddress(shown.cite, page.number, shown.zoom);
  sheet.append(picture);
  for (const [number, ...rect] of shown.cite.boxes) if (number === page.number) sheet.append(markOf(rect, page));
  return sheet;
}

function size(sheet) {
  sheet.style.width = `${100 * ZOOMS[shown.zoom]}%`;
}

function setTools() {
  const { page, pages, zoom: level, paged } = shown;
  part('source-page').textContent = paged === false ? textPlace() : say('page_of', { page, pages });
  part('source').lang = language();
  tellJump();
  tellAway();
  enable('previous', page > 1);
  enable('next', page < pages);
  enable('zoom-in', paged !== false && level < ZOOMS.length - 1);
  enable('zoom-out', paged !== false && level > 0);
}

/** The number of a page can be written; who does not see it hears it from `source-page`. */
function tellJump() {
  const { page, pages, paged } = shown;
  const jumps = paged !== false && pages > 1;
  part('source-page').classList.toggle('sr', jumps);
  part('source-jump').hidden = !jumps;
  const box = part('source-goto');
  [box.previousSibling.textContent, box.nextSibling.textContent] = say('page_of', { page: '\n', pages }).split('\n');
  box.value = page;
}

/** On another page than the quote's its number stands for nothing, and a button leads back. */
function tellAway() {
  const { cite, page, pages, paged } = shown;
  const away = Boolean(cite.quote) && page !== cite.page && !cite.boxes.some(([number]) => number === page);
  const place = paged === false ? `${cite.page}/${pages}` : say('page', { page: cite.page });
  part('source-number').hidden = away;
  part('source-back').hidden = !away;
  part('source-back').textContent = say('back_to_quote', { place });
}

/** The sheet, slide or chapter, and which of how many it is. */
function textPlace() {
  const { page, pages, location } = shown;
  return pages > 1 ? `${location || say('location_text')} · ${page}/${pages}` : say('location_text');
}

function enable(action, on) {
  document.querySelector(`#source [data-action="${action}"]`).disabled = !on;
}
