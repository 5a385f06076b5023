// Questions to go on with, below the last answer: the server finds such as the documents answer.

import { part } from './parts.js';
import { language, say } from './words.js';

const known = new Map(); // message id -> questions; empty while they are looked for

/** Told by whatever is drawn in the thread, which may have taken them away. */
export function offerNext(thread) {
  const turns = thread.querySelectorAll('.turn');
  const last = turns[turns.length - 1];
  for (const old of thread.querySelectorAll('.next')) if (!last?.contains(old)) old.remove();
  const message = last?.classList.contains('finished') && last.dataset.message;
  if (!message || last.querySelector('.next')) return;
  if (known.has(message)) draw(last, known.get(message));
  else load(message, thread);
}

async function load(message, thread) {
  known.set(message, []);
  const answer = await fetch(`/api/messages/${message}/follow-ups?language=${language()}`).catch(() => null);
  const told = await answer?.json().catch(() => null);
  known.set(message, told?.questions || []);
  offerNext(thread);
}

function draw(turn, questions) {
  const place = turn.querySelector('.answer');
  if (!place || !questions.length) return;
  const list = part('ul', 'examples', '');
  for (const question of questions) {
    const button = part('button', 'example', question);
    button.type = 'button';
    button.dataset.ask = question;
    const item = part('li', '', '');
    item.append(button);
    list.append(item);
  }
  const offer = part('div', 'next', '');
  offer.append(part('h3', 'label', say('ask_next')), list);
  place.append(offer);
}
