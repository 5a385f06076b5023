// Models: which are in use, what there is, a try of another one, and its use. For admins.

import { showAccount } from './account.js';
import { drawing } from './drawing.js';
import { part } from './parts.js';
import { button, call, field, outcome, report, section, word } from './settings_parts.js';
import { language, tell } from './words.js';

const PARTS = ['chat', 'reranker', 'embedder'];

export async function show(page) {
  let said = '';
  const redraw = drawing(() => call('GET', '/api/models'), ({ ok, told, problem }) => {
    const line = outcome();
    page.replaceChildren(part('p', 'hint', word('models_hint')), line);
    if (ok) page.append(...PARTS.map((name) => one(name, told, again)));
    report(line, { ok, problem }, said);
  });
  const again = (text) => {
    said = text;
    showAccount(); // which says where passages go
    return redraw();
  };
  await redraw();
}

function one(name, { in_force: inForce, kinds }, again) {
  const made = section(word(name), word(`${name}_hint`));
  const present = inForce[name];
  const line = part('p', 'in-use', `${word('in_use')} `);
  line.append(part('code', '', present.spec));
  made.append(line);
  if (present.is_fixed && name !== 'embedder') made.append(part('p', 'hint', word('fixed')));
  const more = document.createElement('details');
  more.append(part('summary', '', name === 'embedder' ? word('try_it') : word('another')));
  more.append(chooser(name, present, kinds[name], again));
  made.append(more);
  return made;
}

function chooser(name, present, kinds, again) {
  const made = part('div', 'chooser', '');
  const spec = field(word('spec'), { value: '' });
  const key = field(word('key'), { type: 'password', autocomplete: 'off' });
  const line = outcome();
  const body = () => ({ spec: spec.input.value, api_key: key.input.value });
  const isGiven = () => {
    const ok = Boolean(spec.input.value.trim());
    return report(line, { ok, problem: word('which_model') }, '', spec.input);
  };
  const press = part('div', 'tools-line', '');
  press.append(button(word('try_it'), 'plain framed', async () => {
    if (!isGiven()) return;
    report(line, { ok: true }, word('trying'));
    const answer = await call('POST', '/api/models/try', { part: name, ...body() });
    if (answer.ok && answer.told.reason) Object.assign(answer, { ok: false, problem: whyNot(answer.told) });
    report(line, answer, answer.ok ? cameOf(answer.told) : '', spec.input);
  }));
  if (name !== 'embedder' && !present.is_fixed) {
    press.append(button(word('use_it'), 'primary', async () => {
      if (!isGiven()) return;
      const answer = await call('PUT', `/api/models/${name}`, body());
      if (!report(line, answer, '', spec.input)) return;
      await again(word('in_use_now'));
    }));
    if (present.is_chosen) {
      press.append(button(word('back'), 'plain', async () => {
        if (!report(line, await call('DELETE', `/api/models/${name}`))) return;
        await again(word('in_use_now'));
      }));
    }
  }
  made.append(known(name, kinds, spec.input), spec.made, key.made, part('p', 'hint', word('key_hint')), press, line);
  return made;
}

const whyNot = ({ reason, reason_zh: chinese }) => (language() === 'zh' && chinese !== reason && chinese) || tell(reason);

/** What came of a try, in one line. */
function cameOf({ said, seconds, first_seconds: first, dimension, host }) {
  if (dimension) return [word('works'), word('dimensions', { count: dimension, text: said }), took(seconds)].join(' · ');
  const found = [said ? word('said', { text: said }) : word('works')];
  if (first) found.push(word('first_words', { seconds: first.toFixed(2) }));
  found.push(took(seconds));
  if (host) found.push(word('goes_to', { host }));
  return found.join(' · ');
}

const took = (seconds) => word('took', { seconds: seconds.toFixed(2) });

/** The kinds with a line each; a click begins the spec. */
function known(name, kinds, input) {
  const list = part('ul', 'rows kinds', '');
  for (const { kind, form, is_installed: isThere } of kinds) {
    const row = part('li', '', '');
    row.append(button(form, 'code', () => {
      input.value = form.split('<')[0].split('[')[0];
      input.focus();
    }));
    const told = word(`kind_${name}_${kind}`);
    row.append(part('span', 'quiet', isThere ? told : `${told} (${word('missing')})`));
    list.append(row);
  }
  list.setAttribute('aria-label', word('kinds'));
  return list;
}
