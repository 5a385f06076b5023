// The list of conversations: found, opened, renamed, saved and deleted. The address says which one is shown.

import { collection, within } from './collection.js';
import { drawing } from './drawing.js';
import { icon, part } from './parts.js';
import { language, say, tell } from './words.js';

const leaving = new Set(); // ids whose deletion is under way
const gone = new Map(); // id -> { title, days, of }: what was deleted since the page was loaded, until it is dismissed
let seen = ''; // the conversation that stands in the thread
let timer = 0;

const list = () => document.getElementById('conversations');
const isShown = () => document.body.classList.contains('conversations-open');

export function named() {
  return (location.hash.match(/^#c=([0-9a-f]{32})$/) || [])[1] || '';
}

/** Leave the conversation of the address, so that what comes next is a new one. */
export function unname() {
  if (named()) history.pushState(null, '', location.pathname + location.search);
}

/** Told by whatever is drawn in the thread. */
export function noticeThread(thread) {
  const turns = thread.querySelectorAll('.turn');
  const now = turns[turns.length - 1]?.dataset.conversation || '';
  if (now === seen) return;
  seen = now;
  // What was opened is named already, or another has been named since.
  const isAsked = thread.querySelector('#live .turn');
  if (now && isAsked && now !== named()) history.replaceState(null, '', `#c=${now}`);
  if (now && !isAsked) thread.scrollTop = thread.scrollHeight;
  redrawConversations();
}

export function seenConversation() {
  return seen;
}

export function showConversations(open) {
  document.body.classList.toggle('conversations-open', open);
  for (const [name, on] of [['documents', !open], ['conversations', open]]) {
    const tab = document.getElementById(`tab-${name}`);
    tab.setAttribute('aria-selected', String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  redrawConversations();
}

export function watchConversations() {
  const box = document.getElementById('find-conversation');
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(redrawConversations, 200);
  });
  document.querySelector('.switch').addEventListener('keydown', (event) => {
    if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    showConversations(!isShown());
    document.querySelector('.switch [aria-selected="true"]').focus();
  });
}

const redraw = drawing(asked, draw);

export async function redrawConversations() {
  if (isShown()) await redraw(document.getElementById('find-conversation').value.trim());
}

async function asked(search) {
  const answer = await fetch(within(`/api/conversations?search=${encodeURIComponent(search)}`)).catch(() => null);
  const told = await answer?.json().catch(() => null);
  return { ok: answer?.ok, told };
}

function draw({ ok, told }, search) {
  if (list().querySelector('form')) return; // a title is being written
  const rows = (told?.conversations || []).map(rowOf);
  const lost = [...gone].filter(([, one]) => one.of === collection()).map(([id, one]) => lostRow(id, one));
  const held = document.activeElement?.closest?.('[data-kept]')?.dataset.kept;
  fillList([...lost, ...rows]);
  if (held) list().querySelector(`[data-kept="${held}"] button`)?.focus({ preventScroll: true });
  const nothing = document.getElementById('no-conversations');
  nothing.hidden = rows.length > 0;
  nothing.textContent = ok ? say(search ? 'none_found' : 'no_conversations') : told?.detail ? tell(told.detail) : say('offline');
}

/** A list that is the same stays, with whatever is being pressed in it. */
function fillList(rows) {
  const old = [...list().children];
  const isSame = rows.length === old.length && rows.every((row, at) => row.isEqualNode(old[at]));
  if (!isSame) list().replaceChildren(...rows);
}

function rowOf(one) {
  const row = part('li', 'kept-row', '');
  row.dataset.kept = one.id;
  const title = button('title', one.title, 'open-conversation');
  title.title = one.title;
  if (one.id === seen) title.setAttribute('aria-current', 'true');
  const save = drawn(part('a', 'icon', ''), 'download');
  save.href = `/api/conversations/${one.id}/export`;
  save.download = '';
  label(save, say('export'));
  const rename = label(drawn(button('icon', '', 'rename'), 'edit'), say('rename_named', { name: one.title }));
  const remove = label(drawn(button('icon', '', 'delete-conversation'), 'close'), say('delete_named', { name: one.title }));
  row.append(title, part('time', 'when', moment(one.updated)), rename, save, remove, part('span', 'problem', ''));
  return row;
}

function lostRow(id, { title, days }) {
  const row = part('li', 'kept-row gone', '');
  row.dataset.kept = id;
  row.append(part('span', 'title', title));
  row.append(part('span', 'when', days ? say('deleted', { days }) : say('deleted_for_good')));
  if (days) {
    const undo = button('plain', say('undo'), 'undo-conversation');
    undo.setAttribute('aria-label', say('undo_delete', { name: title }));
    row.append(undo);
  }
  row.append(button('plain', say('dismiss'), 'dismiss-conversation'), part('span', 'problem', ''));
  return row;
}

function moment(text) {
  const then = new Date(text);
  const isToday = then.toDateString() === new Date().toDateString();
  const form = isToday ? { hour: '2-digit', minute: '2-digit' } : { year: 'numeric', month: 'short', day: 'numeric' };
  return new Intl.DateTimeFormat(language() === 'zh' ? 'zh-CN' : 'en', form).format(then);
}

export async function deleteConversation(row) {
  const id = row.dataset.kept;
  if (leaving.has(id) || gone.has(id)) return false;
  leaving.add(id);
  const title = row.querySelector('.title').textContent;
  const of = collection();
  const answer = await fetch(`/api/conversations/${id}`, { method: 'DELETE' }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  leaving.delete(id);
  if (!answer?.ok && answer?.status !== 404) {
    row.querySelector('.problem').textContent = told?.detail ? tell(told.detail) : say('offline');
    return false;
  }
  gone.set(id, { title, days: (answer.ok && told?.undo_days) || 0, of });
  await redrawConversations();
  list().querySelector(`[data-kept="${id}"] button`)?.focus();
  return id === seen;
}

export async function undoConversation(row) {
  const id = row.dataset.kept;
  const answer = await fetch(`/api/conversations/${id}/restore`, { method: 'POST' }).catch(() => null);
  if (!answer?.ok) {
    row.querySelector('.problem').textContent = say(answer ? 'conversation_gone' : 'offline');
    return;
  }
  gone.delete(id);
  await redrawConversations();
  list().querySelector(`[data-kept="${id}"] button`)?.focus();
}

export function dismissConversation(row) {
  gone.delete(row.dataset.kept);
  redrawConversations();
}

/** The title becomes a box to write in; Enter keeps what is written, Escape what was. */
export function renameConversation(row) {
  const form = part('form', 'rename', '');
  const before = [...row.childNodes];
  const input = part('input', '', '');
  Object.assign(input, { value: row.querySelector('.title').textContent, required: true, maxLength: 120 });
  input.setAttribute('aria-label', say('title'));
  const end = async () => {
    row.replaceChildren(...before); // the list stays as it is while another title is being written
    await redrawConversations();
    list().querySelector(`[data-kept="${row.dataset.kept}"] [data-action="rename"]`)?.focus();
  };
  form.append(input, part('button', 'plain', say('save')));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await fetch(`/api/conversations/${row.dataset.kept}`, {
      method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ title: input.value }),
    }).catch(() => null);
    end();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    end();
  });
  row.replaceChildren(form);
  input.select();
}

function button(kind, text, action) {
  const made = part('button', kind, text);
  made.type = 'button';
  made.dataset.action = action;
  return made;
}

function drawn(element, name) {
  element.append(icon(name));
  return element;
}

function label(element, text) {
  element.setAttribute('aria-label', text);
  element.title = text;
  return element;
}
