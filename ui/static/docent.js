// The page's own behaviour: clicks and keys. Everything is found by delegation, because Gradio redraws its parts.

import { choose, fill, language } from './words.js';
import { clearCited, closeSource, foresee, goToPage, openSource, redrawSource, showCited, shownPlace, sourceIsOpen, turnPage, zoom } from './source.js';
import { closeFind, findNext, toggleFind, watchFind } from './source_find.js';
import { chooseFiles, readAgain, redrawJobs, startUploads, watchJobs } from './uploads.js';
import { watchDrops } from './dropping.js';
import { confirmRemoval, keepUnfolded, redrawUndo, refresh, removeDocument, restoreDocument } from './documents.js';
import { askAgain, copyAnswer, correct, editQuestion, rate } from './answers.js';
import { offerCollections } from './collection.js';
import { keepDraft } from './draft.js';
import { offerNext } from './follow_ups.js';
import { showAccount } from './account.js';
import { until } from './parts.js';
import { watchAsking } from './unheard.js';
import { narrow, reach, redrawNarrowed, widen } from './narrowing.js';
import { findAll, showMore, watchListing } from './listing.js';
import {
  deleteConversation, dismissConversation, named, noticeThread, redrawConversations, renameConversation,
  seenConversation, showConversations, undoConversation, unname, watchConversations,
} from './conversations.js';

const ACTIONS = {
  'close-source': () => closeSource(),
  previous: () => turnPage(-1),
  next: () => turnPage(1),
  cited: () => showCited(),
  find: () => toggleFind(),
  'find-next': () => findNext(1),
  'find-previous': () => findNext(-1),
  'zoom-in': () => zoom(1),
  'zoom-out': () => zoom(-1),
  choose: () => chooseFiles(),
  new: () => startAnew(),
  language: () => switchLanguage(),
  settings: () => import('./settings.js').then((one) => one.openSettings()),
  'open-documents': () => showDocuments(true),
  'close-documents': () => showDocuments(false),
  'ask-remove': (button) => confirmRemoval(button, true),
  keep: (button) => confirmRemoval(button, false),
  reread: (button) => readAgain(button.closest('.document')),
  remove: (button) => removeDocument(button.closest('.document')),
  undo: (button) => restoreDocument(button.closest('[data-removed]')),
  dismiss: (button) => button.closest('[data-removed]').remove(),
  'show-documents': () => showConversations(false),
  'show-conversations': () => showConversations(true),
  'open-conversation': (button) => turnTo(button.closest('[data-kept]').dataset.kept),
  rename: (button) => renameConversation(button.closest('[data-kept]')),
  'delete-conversation': (button) => removeConversation(button.closest('[data-kept]')),
  'undo-conversation': (button) => undoConversation(button.closest('[data-kept]')),
  'dismiss-conversation': (button) => dismissConversation(button.closest('[data-kept]')),
  copy: (button) => copyAnswer(button),
  rate: (button) => rate(button),
  correct: (button) => correct(button),
  deep: (button) => press(button, 'deep'),
  strict: (button) => press(button, 'strict'),
  narrow: (button) => narrow(button),
  'more-documents': () => showMore(refresh),
  again: () => askAgain(),
  anyway: () => askAgain({ curated: false }),
  edit: (button) => editQuestion(button),
};

const DWELL = 120; // milliseconds
const SILENCE = 15000; // milliseconds that a slow line may take to say that an answer was stopped
let pointing = 0;
let followed = ''; // what the address named when it was last followed

function onClick(event) {
  const target = event.target.closest('[data-cite], [data-ask], [data-action]');
  if (!target) {
    if (event.target.id === 'documents-panel') showDocuments(false); // the shade beside the drawer
    return;
  }
  if (target.dataset.cite) showSource(target);
  else if (target.dataset.ask) askFrom(target);
  else ACTIONS[target.dataset.action]?.(target);
}

/** On a phone the drawer with the documents makes room. */
function showSource(target) {
  showDocuments(false);
  closeFind();
  openSource(JSON.parse(target.dataset.cite), target);
}

/** The pointer passes over many citations; what it stays on is looked at next. */
function onPointer(event) {
  clearTimeout(pointing);
  const target = event.pointerType === 'mouse' && event.target.closest?.('[data-cite]');
  if (target) pointing = setTimeout(() => target.isConnected && foresee(JSON.parse(target.dataset.cite)), DWELL);
}

function onKey(event) {
  if (event.key === 'f' && (event.ctrlKey || event.metaKey) && event.target.closest?.('#source')) {
    event.preventDefault();
    toggleFind();
    return;
  }
  if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog[open]')) return;
  if (sourceIsOpen()) closeSource();
  else showDocuments(false);
}

/** Enter does not send while an input method confirms a word with it, nor while an answer is being written. */
function holdEnter(event) {
  if (event.key !== 'Enter' || event.shiftKey || !event.target.closest?.('#question')) return;
  if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
  else if (answering() || event.repeat) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}

/** On a phone the page of a document makes room for what is said of it. */
function askFrom(target) {
  if (target.id === 'source-digest') {
    reach(shownPlace().id);
    if (matchMedia('(max-width: 860px)').matches) closeSource();
  }
  ask(target.dataset.ask);
}

function ask(question) {
  write(question);
  setTimeout(() => document.getElementById('send').click(), 50);
}

/** Gradio takes the value over in the next turn of the event loop. */
function write(text) {
  const box = document.querySelector('#question textarea');
  box.value = text;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  return box;
}

const answering = () => Boolean(document.querySelector('#live .turn.live'));

/**
 * An answer under way is stopped first, so that nothing of it arrives in the new conversation. The box is emptied at
 * once, so that what is typed meanwhile stays.
 */
async function startAnew() {
  const silence = fallSilent();
  write('').focus();
  await silence;
  unname();
  document.getElementById('new').click();
}

async function fallSilent() {
  closeSource();
  if (answering()) document.getElementById('stop').click();
  for (let waited = 0; answering() && waited < SILENCE; waited += 50) await new Promise((done) => setTimeout(done, 50));
}

function turnTo(conversation) {
  showDocuments(false);
  if (conversation !== named()) location.hash = `c=${conversation}`;
}

/** What the address names is shown: by a click in the list, by the way back, by a bookmark. */
async function followAddress() {
  if (named() === seenConversation() && named() === followed) return; // nothing else is on its way either
  followed = named();
  await fallSilent();
  document.getElementById('open').click();
}

async function chooseCollection() {
  await fallSilent();
  findAll();
  unname();
  document.getElementById('open').click();
}

async function removeConversation(row) {
  if (await deleteConversation(row)) await startAnew();
}

/** A way of asking that stays until it is pressed again. */
function press(button, way) {
  const on = document.body.dataset[way] !== 'true';
  document.body.dataset[way] = String(on);
  button.setAttribute('aria-pressed', String(on));
  document.querySelector('#question textarea').focus();
}

function switchLanguage() {
  choose(language() === 'zh' ? 'en' : 'zh');
  fill();
  redrawSource();
  redrawJobs();
  redrawConversations();
  redrawNarrowed();
  relabel();
}

/** An answer that is being written goes on in its language, and is told in the other one when it is there. */
function relabel() {
  document.getElementById('relabel').click();
  if (answering()) until(() => !answering()).then(() => document.getElementById('relabel').click());
}

function showDocuments(open) {
  document.body.classList.toggle('documents-open', open);
  document.querySelector('[data-action="open-documents"]')?.setAttribute('aria-expanded', String(open));
}

/** Where it is told how far each file is. */
function showUploads() {
  showConversations(false);
  showDocuments(true);
}

/** A new question goes to the top of the view once; its answer then grows below, and nothing moves under the eyes. */
function followQuestions() {
  const thread = document.getElementById('thread');
  let asked = '';
  new MutationObserver(() => {
    const turn = thread.querySelector('#live .turn');
    const now = turn ? `${thread.querySelectorAll('.turn').length} ${turn.querySelector('.asked').textContent}` : '';
    if (now && now !== asked) {
      thread.scrollTop += turn.getBoundingClientRect().top - thread.getBoundingClientRect().top - 20;
    }
    asked = now;
    if (!thread.querySelector('.turn')) clearCited();
    noticeThread(thread);
    offerNext(thread);
  }).observe(thread, { childList: true, subtree: true, characterData: true });
}

function start() {
  fill();
  document.body.classList.add('docent-ready');
  addEventListener('click', onClick);
  addEventListener('pointerover', onPointer);
  addEventListener('keydown', onKey);
  for (const kind of ['keydown', 'keypress']) addEventListener(kind, holdEnter, true);
  document.addEventListener('change', (event) => {
    if (event.target.id === 'source-goto') goToPage(event.target.value);
    if (event.target.id !== 'files') return;
    showUploads();
    startUploads([...event.target.files]);
    event.target.value = '';
  });
  addEventListener('focus', refresh);
  watchDrops(showUploads);
  followQuestions();
  watchAsking(answering);
  addEventListener('hashchange', followAddress);
  keepUnfolded();
  watchConversations();
  watchListing(refresh);
  watchFind();
  watchJobs();
  showAccount();
  keepDraft();
  offerCollections(chooseCollection, (before) => {
    showAccount();
    widen();
    redrawConversations();
    redrawJobs();
    redrawUndo();
    if (before) refresh(); // a list that was begun before the choice may come after it
  });
}

/** Gradio builds the page some time after this script has loaded. */
function isBuilt() {
  const needed = [
    '#question textarea', '#send', '#stop', '#docent-words', '#source', '#drop', '#document-list', '#conversations',
    '#narrowed', '#thread', '.leaving', '#unreachable', '.small-print', '#docent-icons', '#jobs', '#relabel', '#refresh', '#open', '#again',
    '#new', '#nudge',
  ];
  return needed.every((one) => document.querySelector(one));
}

until(isBuilt).then(start);
