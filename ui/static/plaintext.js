// A document without pages: its blocks as text, with the quote marked wherever it stands.

/** The blocks with `quote` marked. White space does not count: a quote may run over several blocks. */
export function markedText(blocks, quote) {
  const sheet = document.createElement('div');
  sheet.className = 'text-sheet';
  const [from, to] = find(blocks, quote);
  let position = 0;
  for (const block of blocks) {
    const made = document.createElement(block.kind === 'heading' ? 'h4' : 'p');
    const length = bare(block.text).length;
    append(made, block.text, from - position, to - position);
    position += length;
    sheet.append(made);
  }
  return sheet;
}

function bare(text) {
  return text.replace(/\s+/g, '');
}

function find(blocks, quote) {
  const whole = blocks.map((block) => bare(block.text)).join('');
  const start = whole.indexOf(bare(quote));
  return start < 0 ? [0, 0] : [start, start + bare(quote).length];
}

/** `text` in three pieces; `from` and `to` count characters that are not white space. */
function append(element, text, from, to) {
  const start = offset(text, Math.max(0, from));
  const end = text.slice(0, offset(text, Math.max(0, to))).trimEnd().length;
  if (end <= start) {
    element.textContent = text;
    return;
  }
  const mark = document.createElement('mark');
  mark.textContent = text.slice(start, end);
  element.append(text.slice(0, start), mark, text.slice(end));
}

function offset(text, wanted) {
  let seen = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (seen >= wanted && !/\s/.test(text[i])) return i;
    if (!/\s/.test(text[i])) seen += 1;
  }
  return text.length;
}
