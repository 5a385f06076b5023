// What a reader can do with an answer: copy, rate, correct it, and ask its question anew or otherwise.

import { part } from './parts.js';
import { say, tell } from './words.js';

const TOLD = 5000; // milliseconds for which a line of thanks stays
let rated = Promise.resolve(); // one rating is sent after the other, as they were clicked

export async function copyAnswer(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    note(button, say('copied'));
  } catch {
    note(button, say('not_copied'));
  }
}

/** A second press on the same takes the rating back. */
export function rate(button) {
  const message = messageOf(button);
  const give = () => giveRating(button, message);
  rated = rated.then(give, give);
  return rated;
}

async function giveRating(button, message) {
  const { rating } = button.dataset;
  const address = `/api/messages/${message}/feedback`;
  const isGiven = button.getAttribute('aria-pressed') === 'true';
  const answer = isGiven ? await send('DELETE', address) : await send('PUT', address, { rating, note: '' });
  if (messageOf(button) !== message) return; // Gradio has made the answer into another one meanwhile
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
    const kept = await send('PUT', address, { rating, note });
    return kept.ok ? say('thanks') : { problem: kept.detail };
  });
}

export function correct(button) {
  const message = messageOf(button);
  const given = { label: say('correct'), hint: say('correct_hint'), text: button.dataset.text, submit: say('save'), lines: 6 };
  openForm(button, given, async (text) => {
    const kept = await send('POST', '/api/curated', { message, text });
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
  return button.closest('.turn')?.dataset.message;
}

async function send(method, address, body) {
  const given = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(address, { method, ...given }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  return { ok: Boolean(answer?.ok), detail: told?.detail ? tell(told.detail) : say('offline') };
}

function note(button, text) {
  const line = button.closest('.answer')?.querySelector('.told');
  if (!line) return; // it was drawn anew
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
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    const told = await then(box.value);
    form.ariaBusy = 'false';
    if (told.problem) {
      problem.textContent = told.problem;
      return;
    }
    if (!form.isConnected) return; // it was drawn anew, or another form stands there
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
