// Gradio's page closes its stream of events when nothing is under way. What is asked on the way there is sent, but the
// page no longer listens, until another event opens the stream again and brings all that waits. And what is asked
// between an answer's last word and the server's word that it is over, it does not send at all.

const PATIENCE = 2000; // milliseconds: the server says at once that it has begun
const LOOK = 100;
const TRIES = 3;

let asked = 0;
let drawn = 0;
let isRepeating = false;

/** Listens to whatever begins an event, before Gradio does. */
export function watchAsking(isAnswering) {
  const box = () => document.querySelector('#question textarea');
  const asks = (event) =>
    event.type === 'click'
      ? event.target.closest?.('#send, #again')
      : event.key === 'Enter' && !event.shiftKey && event.target === box();
  const watch = (event) => {
    if (event.type === 'click' && event.target.closest?.('#open, #refresh, #new, #relabel, #stop')) nudgeLater();
    if (isRepeating || !asks(event) || event.isComposing || isAnswering()) return;
    const question = box().value;
    const shown = last();
    if (event.target.closest('#again')) follow('again', () => isAnswering() || last() !== shown);
    else if (question.trim()) follow('send', () => isAnswering() || box()?.value !== question);
  };
  addEventListener('click', watch, true);
  addEventListener('keydown', watch, true);
}

/** Whether a drawing has come cannot be told, since it may look like the last one. */
function nudgeLater() {
  clearTimeout(drawn);
  drawn = setTimeout(nudge, PATIENCE);
}

/** The answer that stands last. */
const last = () => [...document.querySelectorAll('#thread .turn')].at(-1)?.dataset.message;

const nudge = () => document.getElementById('nudge').click();

/** While Gradio waits for the end of an answer, it does not send another question: a repeated click asks once. */
function repeat(id) {
  isRepeating = true;
  document.getElementById(id).click();
  isRepeating = false;
}

async function follow(id, isHeard) {
  asked += 1;
  const mine = asked;
  tellUnreachable(false);
  const isOver = () => mine !== asked || isHeard();
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await comes(isOver, PATIENCE)) return;
    nudge();
    repeat(id);
  }
  const answer = await fetch('/healthz').catch(() => null); // it may only be slow
  if (answer || isOver()) return;
  tellUnreachable(true);
  await comes(isOver);
  if (mine === asked) tellUnreachable(false);
}

async function comes(test, time = Infinity) {
  for (let waited = 0; waited < time; waited += LOOK) {
    await new Promise((done) => setTimeout(done, LOOK));
    if (test()) return true;
  }
  return false;
}

function tellUnreachable(isSo) {
  document.getElementById('unreachable').hidden = !isSo;
}
