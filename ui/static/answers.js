// What a reader can do with an answer: copy, rate, correct it, and ask its question anew or otherwise.

import { part } from './parts.js';
import { say, tell } from './words.js';

const TOLD = 5000; // milliseconds for which a line of thanks stays

export async function copyAnswer(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    note(button, say('copied'));
  } catch {
    note(button, say('not_copied'));
  }
}

/** A second press on the same takes the rating back. */
export async function rate(button) {
  const { rating } = button.dataset;
  const isGiven = button.getAttribute('aria-pressed') === 'true';
  const answer = isGiven
    ? await send('DELETE', `${ratingOf(button)}`)
    : await send('PUT', ratingOf(button), { rating, note: '' });
  if (!answer.ok) {
    note(button, answer.detail);
    return;
  }
  for (const one of button.parentElement.querySelectorAll('[data-action="rate"]')) {
    one.setAttribute('aria-pressed', String(one === button && !isGiven));
  }
  closeForm(button);
  if (isGiven) return;
  openForm(button, { label: say('note'), text: '', submit: say('send_note'), lines: 2 }, async (note) => {
    const kept = await send('PUT', ratingOf(button), { rating, note });
    return kept.ok ? say('thanks') : { problem: kept.detail };
  });
}

export function correct(button) {
  const given = { label: say('correct'), hint: say('correct_hint'), text: button.dataset.text, submit: say('save'), lines: 6 };
  openForm(button, given, async (text) => {
    const kept = await send('POST', '/api/curated', { message: messageOf(button), text });
    return kept.ok ? say('corrected') : { problem: kept.detail };
  });
}

/** The last question goes out again; `order` says how it differs. */
export function askAgain(order = {}) {
  if (document.querySelector('#live .turn.live')) return;
  document.body.dataset.order = JSON.stringify(order);
  document.getElementById('again').click();
}

export function editQuestion(button) {
  const turn = button.closest('.turn');
  const asked = turn.querySelector('.asked');
  const tools = turn.querySelector('.asked-tools');
  const form = part('form', 'edit-question', '');
  const box = writing(button.dataset.question, say('edit'), 2);
  const end = () => {
    form.remove();
    asked.hidden = false;
    tools.hidden = false;
    button.focus();
  };
  form.append(box, buttons(say('ask_again'), end));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (box.value.trim()) askAgain({ question: box.value.trim() });
  });
  form.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      end();
    } else if (event.key === 'Enter' && !event.shiftKey && event.target === box) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  asked.hidden = true;
  tools.hidden = true;
  asked.before(form);
  box.focus();
}

function messageOf(button) {
  return button.closest('.turn').dataset.message;
}

function ratingOf(button) {
  return `/api/messages/${messageOf(button)}/feedback`;
}

async function send(method, address, body) {
  const given = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(address, { method, ...given }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  return { ok: Boolean(answer?.ok), detail: told?.detail ? tell(told.detail) : say('offline') };
}

function note(button, text) {
  const line = button.closest('.answer').querySelector('.told');
  line.textContent = text;
  setTimeout(() => {
    if (line.textContent === text) line.textContent = '';
  }, TOLD);
}

/** A form below the tools. `then` gives a line to be told, or what is wrong as `problem`. */
function openForm(button, { label, hint, text, submit, lines }, then) {
  const place = formOf(button);
  const form = part('form', '', '');
  const box = writing(text, label, lines);
  const problem = part('p', 'problem', '');
  problem.setAttribute('role', 'alert');
  const end = () => {
    closeForm(button);
    button.focus();
  };
  form.append(part('p', 'quiet', hint || label), box, problem, buttons(submit, end));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const told = await then(box.value);
    if (told.problem) {
      problem.textContent = told.problem;
      return;
    }
    end();
    note(button, told);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    end();
  });
  place.replaceChildren(form);
  place.hidden = false;
  box.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'nearest' });
}

function closeForm(button) {
  formOf(button).hidden = true;
  formOf(button).replaceChildren();
}

function formOf(button) {
  return button.closest('.answer').querySelector('.tool-form');
}

function writing(text, label, lines) {
  const box = part('textarea', 'writing', '');
  Object.assign(box, { value: text, rows: lines, maxLength: 20000 });
  box.setAttribute('aria-label', label);
  return box;
}

function buttons(submit, cancel) {
  const row = part('div', 'form-buttons', '');
  const back = part('button', 'plain', say('cancel'));
  back.type = 'button';
  back.addEventListener('click', cancel);
  row.append(part('button', 'primary', submit), back);
  return row;
}
