// People: accounts, their roles, links by which they set a password, and their keys. For admins.

import { drawing } from './drawing.js';
import { part } from './parts.js';
import {
  button, call, check, confirm, field, form, outcome, report, section, shownOnce, word,
} from './settings_parts.js';

export async function show(page) {
  const links = new Map(); // account id, or '' for one just added, -> a link: it is shown once, so it outlives a drawing
  const redraw = drawing(() => call('GET', '/api/people'), ({ ok, told, problem }) => {
    const line = outcome();
    page.replaceChildren(line);
    if (!report(line, { ok, problem })) return;
    if (!told.people.length) page.append(first());
    else page.append(everybody(told.people, links, redraw), another(links, redraw), links.get('') || '');
  });
  await redraw();
}

function first() {
  const made = section(word('first_account'), word('no_accounts'));
  const name = field(word('name'), { maxLength: 64, autocomplete: 'username' });
  const password = field(word('password'), { type: 'password', autocomplete: 'new-password' });
  const line = outcome();
  const send = button(word('create'), 'primary', async () => {
    const body = { name: name.input.value, password: password.input.value, admin: true };
    const answer = await call('POST', '/api/people', body);
    const wrong = /password/.test(answer.told?.detail || '') ? password.input : name.input;
    if (report(line, answer, '', wrong)) location.assign('/sign-in');
  });
  made.append(part('p', 'hint', word('first_hint')), form([name.made, password.made], send), line);
  return made;
}

function another(links, redraw) {
  const made = section(word('add_person'));
  const name = field(word('name'), { maxLength: 64 });
  const admin = check(word('as_admin'), false);
  const line = outcome();
  const send = button(word('make_link'), 'primary', async () => {
    const answer = await call('POST', '/api/people', { name: name.input.value, admin: admin.input.checked });
    if (!report(line, answer, '', name.input)) return;
    const shown = linkOf(answer.told.name, answer.told);
    links.set('', shown);
    await redraw();
    shown.querySelector('input').focus();
  });
  made.append(form([name.made, admin.made], send), line);
  return made;
}

function linkOf(name, { link, days }) {
  return shownOnce(word('link_for', { name, days }), new URL(link, location.href).href);
}

function everybody(people, links, redraw) {
  const made = section(word('people'));
  const list = part('ul', 'rows people', '');
  list.append(...people.map((one) => person(one, links, redraw)));
  made.append(list);
  return made;
}

function person(one, links, redraw) {
  const row = part('li', '', '');
  row.append(part('span', 'name', one.name));
  if (one.admin) row.append(part('span', 'mark-admin', word('admin')));
  const roles = Object.entries(one.roles).map(([name, role]) => `${name}: ${word(`role_${role}`).split(/[:：]/)[0]}`);
  const seen = roles.length || one.admin ? roles.join(', ') : word('roles_none');
  row.append(part('span', 'quiet', [seen, one.waits ? word('waits') : ''].filter(Boolean).join(' · ')));
  row.append(tools(one, row, links, redraw), links.get(one.id) || '');
  return row;
}

function tools(one, row, links, redraw) {
  const made = part('div', 'tools-line', '');
  const line = outcome();
  const address = `/api/people/${one.id}`;
  const named = (text, kind, act) => {
    const press = button(text, kind, act);
    press.setAttribute('aria-label', `${text}: ${one.name}`);
    return press;
  };
  made.append(
    named(one.admin ? word('no_admin') : word('make_admin'), 'plain', async () => {
      if (report(line, await call('PATCH', address, { admin: !one.admin }))) await redraw();
    }),
    named(word('new_link'), 'plain', async () => {
      const answer = await call('POST', `${address}/link`);
      if (!report(line, answer)) return;
      links.get(one.id)?.remove();
      links.set(one.id, linkOf(one.name, answer.told));
      if (row.isConnected) row.append(links.get(one.id));
      else await redraw();
      links.get(one.id).querySelector('input').focus();
    }),
    named(word('sign_out_all'), 'plain', async () => {
      report(line, await call('DELETE', `${address}/sessions`), word('signed_out'));
    }),
    named(word('remove'), 'plain', () => {
      if (row.querySelector('.sure')) return;
      const asked = confirm(word('remove_question', { name: one.name }), word('remove'), word('keep'), async () => {
        if (report(line, await call('DELETE', address))) await redraw();
      });
      made.append(asked.made);
      asked.focus();
    }),
    line,
  );
  return made;
}
