// The words of the page: the server sends both languages, this puts the reader's into place.

const KEY = 'docent-language';
let all = null;
let sentences = null;

function words() {
  all = all || JSON.parse(document.getElementById('docent-words').dataset.words);
  return all[language()];
}

export function language() {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return (navigator.language || '').toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function choose(code) {
  localStorage.setItem(KEY, code);
}

/** A text by name, its {placeholders} filled in. */
export function say(name, values = {}) {
  return words()[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
}

/** A sentence of the server in the reader's language, if it is known. */
export function tell(sentence) {
  sentences = sentences || JSON.parse(document.getElementById('docent-words').dataset.sentences);
  for (const [pattern, template] of sentences[language()] || []) {
    const whole = new RegExp(`^(?:${pattern})$`, 's');
    if (whole.test(sentence)) return sentence.replace(whole, template);
  }
  return sentence;
}

/** Fill every element below `root` that names its words. */
export function fill(root = document) {
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
  for (const one of root.querySelectorAll('[data-t]')) {
    one.textContent = say(one.dataset.t, { limit: one.dataset.tLimit, days: one.dataset.tDays, host: one.dataset.tHost });
  }
  for (const one of root.querySelectorAll('[data-t-title]')) one.title = say(one.dataset.tTitle, { limit: one.dataset.tLimit });
  for (const one of root.querySelectorAll('[data-t-label]')) {
    one.setAttribute('aria-label', say(one.dataset.tLabel));
    if (one.matches('button, a')) one.title = say(one.dataset.tLabel);
    if (one.matches('input[type="search"]')) one.placeholder = say(one.dataset.tLabel);
  }
  label('#question textarea', 'ask_label');
  label('#send', 'send');
  label('#stop', 'stop');
  label('#conversation-panel', 'conversation');
  const box = document.querySelector('#question textarea');
  if (box) box.placeholder = say('ask_placeholder');
}

function label(selector, name) {
  const element = document.querySelector(selector);
  if (!element) return;
  element.setAttribute('aria-label', say(name));
  if (element.tagName === 'BUTTON') element.title = say(name);
}
