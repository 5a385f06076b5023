// What is typed and not sent yet outlives a reload of the page, such as Gradio's own when its stream of events breaks:
// in this tab, in the same conversation, and for whoever typed it.

import { named } from './conversations.js';
import { until } from './parts.js';

const KEY = 'docent-draft';
let isPutBack = false;
let isOver = false;

const box = () => document.querySelector('#question textarea');
/** The name of the account, '' where there are none; undefined until the server has said it. */
const owner = () => document.body.dataset.account;
const lastAsked = () => [...document.querySelectorAll('#thread .asked')].at(-1)?.lastChild.textContent.trim();

export async function keepDraft() {
  addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', () => document.hidden && keep());
  document.getElementById('account').addEventListener('submit', () => {
    isOver = true;
    sessionStorage.removeItem(KEY);
  });
  await until(() => owner() !== undefined && document.querySelector('#thread :is(.welcome, .turn)'));
  putBack();
}

function keep() {
  if (isOver || owner() === undefined) return;
  const text = box().value;
  if (text.trim()) sessionStorage.setItem(KEY, JSON.stringify({ text, owner: owner(), conversation: named() }));
  else if (isPutBack) sessionStorage.removeItem(KEY);
}

/** Not what was sent: then the page went before the reply could empty the box. */
function putBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) || '{"text": ""}');
  sessionStorage.removeItem(KEY);
  isPutBack = true;
  const isHere = kept.owner === owner() && kept.conversation === named() && kept.text.trim() !== lastAsked();
  if (!kept.text || !isHere || box().value) return; // or something else is typed already
  box().value = kept.text;
  box().dispatchEvent(new Event('input', { bubbles: true }));
}
