// Sending files, and showing how far each one is. One stream of events serves all of them.

import { collection, within } from './collection.js';
import { refresh, rowOf, sayWrong } from './documents.js';
import { forget, heardOf, listen, unhear } from './job_stream.js';
import { isWhole } from './listing.js';
import { drawCard, percent } from './upload_cards.js';
import { say, tell } from './words.js';

const AT_ONCE = 2; // requests; browsers allow six to one server, and the page needs some of its own
// key -> { key, name, of, state, job, file, reason, done, total, documentId, outcome }; `of` is a collection
const rows = new Map();
const LOOKED_AT = [413, 415, 422]; // the server has looked at the file: sent again, it would say the same
const ENDED = ['done', 'failed', 'cancelled'];
let sending = 0;
let count = 0;

export function chooseFiles() {
  document.getElementById('files').click();
}

export function startUploads(files) {
  for (const file of files) {
    forgetFailed(file.name);
    const key = `file-${(count += 1)}`;
    rows.set(key, { key, name: file.name, of: collection(), state: 'sending', file });
  }
  redrawJobs();
  sendNext();
}

/** What is added once more takes the place of what was not taken before. */
function forgetFailed(name) {
  for (const row of [...rows.values()]) {
    if (row.state === 'failed' && row.name === name && row.of === collection()) rows.delete(row.key);
  }
}

/** Something that is not even sent. */
export function refuse(name, reason) {
  forgetFailed(name);
  const key = `file-${(count += 1)}`;
  rows.set(key, { key, name, of: collection(), state: 'failed', reason });
  redrawJobs();
}

function sendNext() {
  const next = [...rows.values()].find((row) => row.state === 'sending' && !row.started);
  if (!next || sending >= AT_ONCE) return;
  next.started = true;
  sending += 1;
  send(next).finally(() => {
    sending -= 1;
    sendNext();
    rest();
  });
  sendNext();
}

async function send(row) {
  const form = new FormData();
  form.append('files', row.file, row.name);
  try {
    const answer = await fetch(within('/api/documents', row.of), { method: 'POST', body: form });
    const told = await answer.json();
    if (LOOKED_AT.includes(answer.status)) row.file = null;
    if (!answer.ok) fail(row, told.detail);
    else take(row, told.jobs[0]);
  } catch {
    fail(row, say('offline'));
  }
}

function fail(row, reason) {
  Object.assign(row, { state: 'failed', reason });
  redrawJobs();
}

function take(row, job) {
  for (const other of [...rows.values()]) if (other !== row && other.job === job.id) rows.delete(other.key);
  row.job = job.id;
  row.of = job.collection;
  openStream();
  update(row, heardOf(job.id) || job);
}

function update(row, job) {
  if (row.state === 'cancelled') return;
  if (job.state === 'cancelled') {
    rows.delete(row.key);
    redrawJobs();
    return;
  }
  const before = row.state;
  Object.assign(row, {
    state: job.state, done: job.done, total: job.total, reason: job.reason,
    documentId: job.document_id, outcome: job.outcome, canRetry: job.can_retry,
  });
  const isIn = ['searchable', 'embedding', 'done'];
  if (isIn.includes(row.state) && (!isIn.includes(before) || row.state === 'done')) refresh();
  redrawJobs();
}

/** A document that is here is read anew from its original. The click shows at once, and does it once. */
export async function readAgain(shown) {
  const documentId = shown.dataset.document;
  const key = `again-${documentId}`;
  if (rows.has(key) && !ENDED.includes(rows.get(key).state)) return;
  sayWrong(documentId, '');
  const row = { key, name: shown.querySelector('.name').textContent, of: collection(), state: 'queued' };
  rows.set(key, row);
  redrawJobs();
  const address = within(`/api/documents/${documentId}/read`, row.of);
  const answer = await fetch(address, { method: 'POST' }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) {
    take(row, told);
    return;
  }
  rows.delete(key);
  redrawJobs();
  sayWrong(documentId, told?.detail ? tell(told.detail) : say('offline'));
}

/** Uploads that were under way before this page was loaded are shown as well, and those that can be tried again. */
export async function watchJobs() {
  new MutationObserver(redrawJobs).observe(document.getElementById('document-list'), { childList: true, subtree: true });
  const answer = await fetch('/api/jobs').catch(() => null);
  if (!answer?.ok) return;
  const { jobs } = await answer.json();
  const known = new Set([...rows.values()].map((row) => row.job)); // begun here, before the reply
  for (const job of jobs) {
    if (known.has(job.id)) continue;
    if (['done', 'cancelled'].includes(job.state) || (job.state === 'failed' && !job.can_retry)) continue;
    rows.set(job.id, { key: job.id, name: job.name, of: job.collection, job: job.id, state: 'queued' });
    update(rows.get(job.id), job);
  }
  if (active()) openStream();
}

function active() {
  return [...rows.values()].some((row) => row.job && !ENDED.includes(row.state));
}

function openStream() {
  listen((job) => {
    for (const row of rows.values()) if (row.job === job.id) update(row, job);
    rest();
  });
}

function rest() {
  if (!active() && !sending) unhear();
}

async function cancel(row) {
  const answer = await fetch(`/api/jobs/${row.job}`, { method: 'DELETE' }).catch(() => null);
  if (answer?.ok) {
    rows.delete(row.key);
    redrawJobs();
  }
}

function dismiss(row) {
  if (row.canRetry) cancel(row); // the server forgets it, too
  rows.delete(row.key);
  redrawJobs();
}

/** The server has kept the file, or it is sent again. */
function retry(row) {
  if (row.canRetry) {
    goOn(row, 'retry');
    return;
  }
  Object.assign(row, { state: 'sending', started: false, reason: '', job: undefined });
  redrawJobs();
  sendNext();
}

/** It waits to be read from the moment of the click, and so is not told to twice. */
async function goOn(row, what, given = {}) {
  forget(row.job);
  Object.assign(row, { state: 'queued', reason: '', done: 0, total: 0 });
  redrawJobs();
  const answer = await fetch(`/api/jobs/${row.job}/${what}`, { method: 'POST', ...given }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) take(row, told);
  else fail(row, told?.detail || say('offline'));
}

/** Whether it goes into another collection than the one that is shown. */
function isElsewhere(row) {
  return Boolean(row.of && collection() && row.of !== collection());
}

export function redrawJobs() {
  const list = document.getElementById('jobs');
  for (const row of [...rows.values()]) {
    const shown = rowOf(row.documentId);
    if (shown && ['searchable', 'embedding'].includes(row.state)) tellProgress(shown, row);
    if (shown && row.state === 'done') {
      tellReady(shown);
      if (row.outcome !== 'duplicate') rows.delete(row.key);
    }
    if (row.state === 'done' && row.outcome !== 'duplicate' && !isWhole()) rows.delete(row.key);
    row.hidden = isElsewhere(row) || (Boolean(shown) && ['searchable', 'embedding'].includes(row.state));
  }
  const wanted = [...rows.values()].filter((row) => !row.hidden);
  const kept = new Set(wanted.map((row) => row.key));
  for (const element of [...list.children]) if (!kept.has(element.dataset.key)) element.remove();
  for (const row of wanted) drawCard(list, row, { cancel, dismiss, retry, unlock });
}

/** Only what the server drew as searchable is told on: a row that it has drawn as ready is right already. */
function tellProgress(shown, row) {
  const status = shown.querySelector('.status.searchable');
  if (status && row.total) put(status, say('embedding', { percent: percent(row) }));
}

/** The server draws a row anew only when its own picture has changed, so what was told on is taken back here. */
function tellReady(shown) {
  const status = shown.querySelector('.status.searchable');
  if (!status) return;
  put(status, say('ready'));
  status.className = 'status ready';
}

/** Writing the same again would wake the watcher of the list for ever. */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function unlock(row, password) {
  row.tried = true;
  goOn(row, 'password', { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ password }) });
}
