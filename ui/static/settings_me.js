// My account: password, keys for programs, and where I am signed in.

import { drawing } from './drawing.js';
import { part } from './parts.js';
import { button, call, day, field, form, outcome, report, section, shownOnce, word } from './settings_parts.js';

export async function show(page, { me }) {
  const who = part('p', 'who', word('signed_in_as', { name: me.name }));
  who.append(button(word('end'), 'plain framed', () => document.getElementById('account').requestSubmit()));
  page.append(who);
  page.append(passwords(), await keys(), await sessions());
}

function passwords() {
  const made = section(word('change_password'), word('password_hint'));
  const current = field(word('current'), { type: 'password', autocomplete: 'current-password' });
  const next = field(word('new_password'), { type: 'password', autocomplete: 'new-password' });
  const line = outcome();
  const send = button(word('change'), 'primary', async () => {
    const body = { current: current.input.value, password: next.input.value };
    if (report(line, await call('PUT', '/api/me/password', body))) location.assign('/sign-in');
  });
  made.append(form([current.made, next.made], send), line);
  return made;
}

async function keys() {
  const made = section(word('keys'), word('keys_hint'));
  const list = part('ul', 'rows', '');
  const name = field(word('key_name'), { maxLength: 100 });
  const line = outcome();
  const fresh = part('div', '', '');
  const redraw = drawing(() => call('GET', '/api/me/keys'), ({ ok, told, problem }) => {
    if (!report(line, { ok, problem })) return;
    list.replaceChildren(...told.keys.map((one) => keyRow(one, line, redraw)));
    if (!told.keys.length) list.append(part('li', 'quiet', word('no_keys')));
  });
  const send = button(word('make_key'), 'primary', async () => {
    const answer = await call('POST', '/api/me/keys', { name: name.input.value });
    if (!report(line, answer)) return;
    name.input.value = '';
    fresh.replaceChildren(shownOnce(word('key_once'), answer.told.key));
    fresh.querySelector('input').focus();
    await redraw();
  });
  made.append(list, form([name.made], send), fresh, line);
  await redraw();
  return made;
}

function keyRow(one, line, redraw) {
  const row = part('li', '', '');
  const used = one.used ? word('used', { day: day(one.used) }) : word('never_used');
  row.append(part('span', 'name', one.name), part('span', 'quiet', used));
  const revoke = button(word('revoke'), 'plain', async () => {
    if (report(line, await call('DELETE', `/api/me/keys/${one.id}`))) await redraw();
  });
  revoke.setAttribute('aria-label', `${word('revoke')}: ${one.name}`);
  row.append(revoke);
  return row;
}

async function sessions() {
  const made = section(word('sessions'));
  const list = part('ul', 'rows', '');
  const line = outcome();
  const redraw = drawing(() => call('GET', '/api/me/sessions'), ({ ok, told, problem }) => {
    if (!report(line, { ok, problem })) return;
    list.replaceChildren(...told.sessions.map((one) => {
      const row = part('li', '', '');
      const since = day(one.created);
      row.append(part('span', 'name', one.this ? `${since} · ${word('this_session')}` : since));
      row.append(part('span', 'quiet', word('until', { day: day(one.expires) })));
      if (!one.this) {
        const end = button(word('end'), 'plain', async () => {
          if (report(line, await call('DELETE', `/api/me/sessions/${one.id}`))) await redraw();
        });
        end.setAttribute('aria-label', `${word('end')}: ${since}`);
        row.append(end);
      }
      return row;
    }));
  });
  made.append(list, line);
  await redraw();
  return made;
}
