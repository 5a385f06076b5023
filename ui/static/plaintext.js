// Text as it is shown: a quote in one line, and a document without pages, with the quote marked wherever it stands.

const WIDE = '[\\u2e80-\\u312f\\u3190-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef]'; // as in docent.ingest.cjk
const BROKEN = new RegExp(`(?<=${WIDE})[^\\S\\t]*\\n\\s*(?=${WIDE})`, 'g');

/** A quote in one line, without the marks of Markdown; a line of Chinese goes on without a space. */
export function inALine(quote) {
  return quote.replace(/^[ \t]*(?:[-*+]|#{1,6}|>)[ \t]+/gm, '').replace(/\*\*([^*\n]+)\*\*|`([^`\n]+)`/g, '$1$2').replace(BROKEN, '').replace(/\s+/g, ' ').trim();
}

/** The blocks with `quotes` marked. White space does not count: a quote may run over several blocks. */
export function markedText(blocks, quotes) {
  const sheet = document.createElement('div');
  sheet.className = 'text-sheet';
  const ranges = find(blocks, quotes);
  let position = 0;
  for (const block of blocks) {
    const here = ranges.map(([from, to]) => [from - position, to - position]);
    sheet.append(block.kind === 'table' ? tableOf(block.text, here) : written(block.kind === 'heading' ? 'h4' : 'p', block.text, here));
    position += bare(block.text).length;
  }
  return sheet;
}

function bare(text) {
  return text.replace(/\s+/g, '');
}

/** Where the quotes stand, from first to last and without overlaps, in characters that are not white space. */
function find(blocks, quotes) {
  const whole = blocks.map((block) => bare(block.text)).join('');
  const found = [];
  for (const quote of quotes.map(bare).filter(Boolean)) {
    const start = whole.indexOf(quote);
    if (start >= 0) found.push([start, start + quote.length]);
  }
  found.sort(([one], [other]) => one - other);
  let last = 0;
  return found.map(([from, to]) => [Math.max(from, last), (last = Math.max(to, last))]);
}

/** Lines are rows, and tabs stand between cells. */
function tableOf(text, ranges) {
  const frame = document.createElement('div');
  frame.className = 'table-frame';
  const table = document.createElement('table');
  let position = 0;
  for (const line of text.split('\n')) {
    const row = table.insertRow();
    for (const cell of line.split('\t')) {
      const from = position;
      row.append(written('td', cell, ranges.map(([start, end]) => [start - from, end - from])));
      position += bare(cell).length;
    }
  }
  frame.append(table);
  return frame;
}

function written(tag, text, ranges) {
  const made = document.createElement(tag);
  append(made, text, ranges);
  return made;
}

/** `text` with what is in the ranges marked, which count characters that are not white space. */
function append(element, text, ranges) {
  let done = 0;
  for (const [from, to] of ranges) {
    const start = Math.max(done, offset(text, Math.max(0, from)));
    const end = text.slice(0, offset(text, Math.max(0, to))).trimEnd().length;
    if (end <= start) continue;
    const mark = document.createElement('mark');
    mark.textContent = text.slice(start, end);
    element.append(text.slice(done, start), mark);
    done = end;
  }
  element.append(text.slice(done));
}

function offset(text, wanted) {
  let seen = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (seen >= wanted && !/\s/.test(text[i])) return i;
    if (!/\s/.test(text[i])) seen += 1;
  }
  return text.length;
}
