// The settings: one dialog with a tab for each thing that may be changed. It is fetched when it is first opened.

import { collection } from './collection.js';
import { call, loadWords, outcome, report, settle, word } from './settings_parts.js';
import { icon, part } from './parts.js';
import { language } from './words.js';

const TABS = {
  collection: () => import('./settings_collection.js'),
  models: () => import('./settings_models.js'),
  people: () => import('./settings_people.js'),
  me: () => import('./settings_me.js'),
};

export async function openSettings() {
  if (document.getElementById('settings')) return;
  const dialog = document.createElement('dialog');
  dialog.id = 'settings';
  dialog.setAttribute('aria-labelledby', 'settings-title');
  document.querySelector('.gradio-container').append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.dataset.changed) location.reload();
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  const [me, isTold] = await Promise.all([call('GET', '/api/me'), loadWords()]);
  if (!me.ok || !isTold) return dialog.remove();
  const { told } = await call('GET', `/api/me?collection=${encodeURIComponent(collection())}`);
  const names = tabsFor(told || me.told);
  dialog.append(head(dialog), part('div', 'settings-body', ''));
  const body = dialog.lastElementChild;
  const panel = part('div', 'settings-panel', '');
  panel.id = 'settings-panel';
  panel.setAttribute('role', 'tabpanel');
  panel.tabIndex = -1;
  const state = { dialog, me: told || me.told };
  const show = async (name) => {
    for (const one of list.children) {
      one.setAttribute('aria-selected', String(one.dataset.tab === name));
      one.tabIndex = one.dataset.tab === name ? 0 : -1;
    }
    panel.setAttribute('aria-labelledby', `settings-tab-${name}`);
    const page = part('div', 'settings-page', '');
    panel.replaceChildren(page);
    panel.scrollTop = 0;
    const tab = await TABS[name]().catch(() => null);
    if (!tab) return report(page.appendChild(outcome()), { ok: false, problem: word('offline') });
    await tab.show(page, state);
    return settle(page);
  };
  const list = tabs(names, show);
  body.append(list, panel);
  dialog.lang = language() === 'zh' ? 'zh-CN' : 'en';
  dialog.showModal();
  list.firstElementChild.focus();
  return show(names[0]);
}

/** Everybody with an account has their own; the rest is for admins, and for the one user where there are none. */
function tabsFor({ name, admin, role }) {
  const found = role === 'admin' || admin ? ['collection'] : [];
  if (admin) found.push('models', 'people');
  if (name) found.push('me');
  return found.length ? found : ['me'];
}

function head(dialog) {
  const bar = part('div', 'settings-bar', '');
  const title = part('h2', '', word('title'));
  title.id = 'settings-title';
  const close = part('button', 'icon', '');
  close.append(icon('close'));
  close.type = 'button';
  close.setAttribute('aria-label', document.querySelector('[data-action="close-source"]').getAttribute('aria-label'));
  close.addEventListener('click', () => dialog.close());
  bar.append(title, close);
  return bar;
}

function tabs(names, show) {
  const list = part('div', 'settings-tabs', '');
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-labelledby', 'settings-title');
  for (const name of names) {
    const one = part('button', '', word(name));
    one.type = 'button';
    one.id = `settings-tab-${name}`;
    one.dataset.tab = name;
    one.setAttribute('role', 'tab');
    one.setAttribute('aria-controls', 'settings-panel');
    one.addEventListener('click', () => show(name));
    list.append(one);
  }
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = names.indexOf(document.activeElement.dataset.tab);
    const next = list.children[(at + step + names.length) % names.length];
    next.focus();
    next.click();
  });
  return list;
}
