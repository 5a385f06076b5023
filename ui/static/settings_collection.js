// Collections: what one holds, its name, its embedder, who may use it, and a new one. For its admins.

import { collection } from './collection.js';
import { drawing } from './drawing.js';
import { part } from './parts.js';
import {
  bytes, button, call, check, choice, confirm, day, field, form, outcome, report, section, word,
} from './settings_parts.js';

const KEY = 'docent-collection';
const LOOK = 800; // milliseconds between two looks at a move

export async function show(page, state) {
  const line = outcome();
  page.append(line);
  const { ok, told, problem } = await call('GET', '/api/collections');
  if (!report(line, { ok, problem })) return;
  const shown = told.collections.find((one) => one.name === (state.shown || collection())) || told.collections[0];
  const inside = part('div', '', '');
  const look = drawing((id) => asked(id, state), (found, id) => draw(inside, found, state, () => look(id)));
  if (told.collections.length > 1) page.append(which(told.collections, shown, look));
  if (state.me.admin) page.append(fresh(page, state));
  page.append(inside);
  if (shown) await look(shown.id);
}

function which(all, shown, choose) {
  const { made, input } = choice(word('which'), all.map((one) => [one.id, one.name]), shown.id);
  input.addEventListener('change', () => choose(input.value));
  return made;
}

async function asked(id, state) {
  const address = `/api/collections/${id}`;
  const answer = await call('GET', address);
  return { address, answer, shared: answer.ok && state.me.name ? await sharing(address) : '' };
}

function draw(inside, { address, answer, shared }, state, redraw) {
  const line = outcome();
  inside.replaceChildren(line);
  if (!report(line, answer)) return;
  inside.append(facts(answer.told), names(answer.told, address, state), remote(answer.told, address));
  if (state.me.admin) inside.append(moves(answer.told, address, redraw));
  inside.append(shared, deletion(answer.told, address, state));
}

function facts(one) {
  const made = section(word('facts'));
  const list = part('ul', 'facts-list', '');
  const told = [
    word('documents', { count: one.documents, pages: one.pages }), word('passages', { count: one.passages }),
    word('size', { size: bytes(one.bytes) }), word('embedded_by', { name: one.embedder }),
    word('created', { day: day(one.created) }),
  ];
  if (one.synonyms) told.push(word('synonyms', { name: one.synonyms }));
  list.append(...told.map((text) => part('li', '', text)));
  made.append(list);
  return made;
}

function names(one, address, state) {
  const made = section(word('name'));
  const { made: labelled, input } = field(word('name'), { value: one.name, maxLength: 200 });
  labelled.classList.add('bare');
  const line = outcome();
  const send = button(word('rename'), 'plain framed', async () => {
    const answer = await call('PATCH', address, { name: input.value });
    if (report(line, answer, word('renamed'), input)) changed(state, answer.told.name);
  });
  made.append(form([labelled], send), line);
  return made;
}

/** The page behind the dialog is drawn anew when it closes. */
function changed(state, name) {
  localStorage.setItem(KEY, name);
  history.replaceState(null, '', location.pathname + location.search);
  state.dialog.dataset.changed = 'yes';
  state.shown = name;
}

function remote(one, address) {
  const made = part('section', 'setting', '');
  const { made: labelled, input } = check(word('remote'), one.remote_models === 'allowed');
  const line = outcome();
  let before = Promise.resolve(); // one is sent after the other, as they were clicked
  const send = async (isAllowed) => {
    const answer = await call('PATCH', address, { remote_models: isAllowed });
    if (!report(line, answer)) input.checked = !isAllowed;
  };
  input.addEventListener('change', () => {
    const { checked } = input;
    before = before.then(() => send(checked));
  });
  made.append(labelled, part('p', 'hint', word('remote_hint')), line);
  return made;
}

function moves(one, address, redraw) {
  const made = section(word('move'), word('move_hint'));
  const line = outcome();
  if (one.move_failed) report(line, { ok: false, problem: one.move_failed });
  const begin = async (body) => {
    if (report(line, await call('POST', `${address}/move`, body))) await redraw();
  };
  const stop = button(word('move_stop'), 'plain', async () => {
    if (report(line, await call('DELETE', `${address}/move`))) await redraw();
  });
  if (one.is_moving || one.move) {
    made.append(progress(one, address, begin, stop, redraw));
  } else {
    const { made: labelled, input } = field(word('embedder'), { placeholder: 'st:BAAI/bge-small-zh-v1.5' });
    made.append(form([labelled], button(word('move_button'), 'plain framed', () => begin({ embedder: input.value }))));
  }
  made.append(line);
  return made;
}

function progress(one, address, begin, stop, redraw) {
  const { embedder = '', done = 0, total = 0 } = one.move || {};
  const made = part('div', 'moving', '');
  const told = part('p', '', word(one.is_moving ? 'moving' : 'move_left', { embedder, done, total }));
  const bar = document.createElement('progress');
  Object.assign(bar, { max: Math.max(total, 1), value: done });
  bar.setAttribute('aria-label', word('move'));
  made.append(told, bar);
  if (!one.is_moving) made.append(button(word('move_on'), 'plain framed', () => begin({})));
  made.append(stop);
  if (one.is_moving) watch(made, told, bar, address, redraw);
  return made;
}

/** As long as it stands in the page. */
async function watch(made, told, bar, address, redraw) {
  await new Promise((then) => setTimeout(then, LOOK));
  if (!made.isConnected) return undefined;
  const answer = await call('GET', address);
  if (!made.isConnected) return undefined;
  if (!answer.ok || !answer.told.is_moving) return redraw();
  const { move } = answer.told;
  if (move) {
    told.textContent = word('moving', move);
    Object.assign(bar, { max: Math.max(move.total, 1), value: move.done });
  }
  return watch(made, told, bar, address, redraw);
}

async function sharing(address) {
  const made = section(word('shared'), word('shared_hint'));
  const list = part('ul', 'rows', '');
  const line = outcome();
  const roles = ['reader', 'editor', 'admin'].map((role) => [role, word(`role_${role}`)]);
  const redraw = drawing(() => call('GET', `${address}/people`), ({ ok, told, problem }) => {
    if (!report(line, { ok, problem })) return;
    list.replaceChildren(...told.people.map((one) => {
      const row = part('li', '', '');
      row.append(part('span', 'name', one.name), part('span', 'quiet', word(`role_${one.role}`).split(/[:：]/)[0]));
      const take = button(word('take'), 'plain', async () => {
        const gone = await call('DELETE', `${address}/people?name=${encodeURIComponent(one.name)}`);
        if (report(line, gone)) await redraw();
      });
      take.setAttribute('aria-label', `${word('take')}: ${one.name}`);
      row.append(take);
      return row;
    }));
    if (!told.people.length) list.append(part('li', 'quiet', word('nobody')));
  });
  const name = field(word('name'), { maxLength: 64 });
  const role = choice(word('role'), roles, 'reader');
  const send = button(word('give'), 'plain framed', async () => {
    const body = { name: name.input.value, role: role.input.value };
    if (!report(line, await call('PUT', `${address}/people`, body), '', name.input)) return;
    name.input.value = '';
    await redraw();
  });
  made.append(list, form([name.made, role.made], send), line);
  await redraw();
  return made;
}

function deletion(one, address, state) {
  const made = part('section', 'setting', '');
  const line = outcome();
  made.append(button(word('delete'), 'plain danger-text', () => {
    if (made.querySelector('.sure')) return;
    const question = word('delete_question', { name: one.name, count: one.documents });
    const asked = confirm(question, word('delete_sure'), word('keep'), async () => {
      if (!report(line, await call('DELETE', address))) return;
      changed(state, '');
      state.dialog.close();
    });
    made.firstElementChild.after(asked.made);
    asked.focus();
  }), line);
  return made;
}

function fresh(page, state) {
  const made = part('details', 'setting', '');
  made.append(part('summary', '', word('new_collection')), part('p', 'hint', word('new_hint')));
  const name = field(word('name'), { maxLength: 200 });
  const embedder = field(word('embedder'), { placeholder: word('default_embedder') });
  const line = outcome();
  const send = button(word('create'), 'primary', async () => {
    const body = { name: name.input.value };
    if (embedder.input.value.trim()) body.embedder = embedder.input.value.trim();
    const answer = await call('POST', '/api/collections', body);
    // Only what is said of the embedder names one.
    const wrong = /embedder/.test(answer.told?.detail || '') ? embedder.input : name.input;
    if (!report(line, answer, '', wrong)) return;
    changed(state, answer.told.name);
    state.dialog.close();
  });
  made.append(form([name.made, embedder.made], send), line);
  return made;
}
