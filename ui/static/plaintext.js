// Text as it is shown: a quote in one line, and a document without pages, with the quote marked wherever it stands.

import { part } from './parts.js';

const [GONE, ITEM, SOFT] = ['gone', 'item', 'soft']; // of characters that are not shown as they are
const WRAPPED = 60; // columns of each line of a paragraph but the last
const WIDE = '[\\u2e80-\\u312f\\u3190-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef]'; // as in docent.ingest.cjk
const BROKEN = new RegExp(`(?<=${WIDE})[^\\S\\t]*\\n\\s*(?=${WIDE})`, 'g');

/** A quote in one line, without the marks of Markdown; a line of Chinese goes on without a space. */
export function inALine(quote) {
  return quote.replace(/^[ \t]*(?:[-*+]|#{1,6}|>)[ \t]+/gm, '').replace(/\*\*([^*\n]+)\*\*|`([^`\n]+)`/g, '$1$2').replace(BROKEN, '').replace(/\s+/g, ' ').trim();
}

/**
 * The blocks with `quotes` marked. White space does not count: a quote may run over several blocks. In `markdown` the
 * marks are not shown, but what they stand for.
 */
export function markedText(blocks, quotes, markdown) {
  const sheet = document.createElement('div');
  sheet.className = 'text-sheet';
  const stylesOf = markdown ? markdownStyles : () => [];
  const ranges = find(blocks, quotes);
  let position = 0;
  for (const block of blocks) {
    const here = ranges.map(([from, to]) => [from - position, to - position]);
    sheet.append(block.kind === 'table' ? tableOf(block.text, here, stylesOf) : blockOf(block, here, stylesOf, markdown));
    position += bare(block.text).length;
  }
  return sheet;
}

function blockOf({ kind, text }, ranges, stylesOf, markdown) {
  if (kind === 'heading') return written('h4', text, ranges, stylesOf);
  const isCode = markdown && kind === 'text' && looksLikeCode(text);
  const made = written('p', text, ranges, isCode ? () => [] : stylesOf);
  made.classList.toggle('code', isCode);
  return made;
}

/** Of a listing only its lines are kept: they end no sentence, and some have signs that prose has not. */
function looksLikeCode(text) {
  if (/[。！？：，；]|[a-z][.!?:,]\s*$/m.test(text) || /\*\*|`/.test(text)) return false;
  return /[{}=;$|\\]|(?:^|\s)--?\w|^\s{2,}\S|\w\/\w|\w\(/m.test(text);
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
function tableOf(text, ranges, stylesOf) {
  const frame = document.createElement('div');
  frame.className = 'table-frame';
  const table = document.createElement('table');
  let position = 0;
  for (const line of text.split('\n')) {
    const row = table.insertRow();
    for (const cell of line.split('\t')) {
      const from = position;
      row.append(written('td', cell, ranges.map(([start, end]) => [start - from, end - from]), stylesOf));
      position += bare(cell).length;
    }
  }
  frame.append(table);
  return frame;
}

function written(tag, text, ranges, stylesOf) {
  const made = document.createElement(tag);
  append(made, text, ranges, stylesOf(text));
  return made;
}

/** `text` with what is in the ranges marked, which count characters that are not white space. */
function append(element, text, ranges, styles) {
  let done = 0;
  for (const [from, to] of ranges) {
    const start = Math.max(done, offset(text, Math.max(0, from)));
    const end = text.slice(0, offset(text, Math.max(0, to))).trimEnd().length;
    if (end <= start) continue;
    const mark = document.createElement('mark');
    appendStyled(mark, text, start, end, styles);
    appendStyled(element, text, done, start, styles);
    element.append(mark);
    done = end;
  }
  appendStyled(element, text, done, text.length, styles);
}

/** A part of the text in runs of one style. */
function appendStyled(element, text, start, end, styles) {
  for (let from = start, to = start; from < end; from = to) {
    while (to < end && styles[to] === styles[from]) to += 1;
    if (styles[from] === ITEM) element.append('•');
    else if (styles[from] === SOFT) element.append(text.slice(from - 1, from + 2).replace(BROKEN, '').length < 3 ? '' : ' ');
    else if (!styles[from]) element.append(text.slice(from, to));
    else if (styles[from] !== GONE) element.append(part(styles[from], '', text.slice(from, to)));
  }
}

/** Of each character the element that it is in, if any; marks are gone, and a dash before an item becomes a bullet. */
function markdownStyles(text) {
  const styles = Array(text.length).fill('');
  for (const found of text.matchAll(/\*\*([^*\n]+)\*\*|`([^`\n]+)`/g)) {
    const [from, to, width] = [found.index, found.index + found[0].length, found[1] ? 2 : 1];
    styles.fill(GONE, from, to).fill(found[1] ? 'strong' : 'code', from + width, to - width);
  }
  for (const found of text.matchAll(/^[ \t]*[-*+](?= )/gm)) styles[found.index + found[0].length - 1] = ITEM;
  if (isWrapped(text)) for (const found of text.matchAll(/\n(?![-*+\d>#\s])/g)) styles[found.index] = SOFT;
  return styles;
}

/** Whether all lines but the last are long: lines of a program and of verses are not. */
function isWrapped(text) {
  const columns = (line) => line.length + (line.match(new RegExp(WIDE, 'g')) || []).length;
  return text.split('\n').slice(0, -1).every((line) => columns(line) >= WRAPPED);
}

function offset(text, wanted) {
  let seen = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (seen >= wanted && !/\s/.test(text[i])) return i;
    if (!/\s/.test(text[i])) seen += 1;
  }
  return text.length;
}
