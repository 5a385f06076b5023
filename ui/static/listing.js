// How the list of documents is wanted: what is looked for, in which order, and how many rows. The server draws it so.

const KEY = 'docent-order';
const PAGE = 100; // rows, as in ui/listing.py
let find = '';
let most = PAGE;
let timer = 0;

const bar = () => document.getElementById('listing');
const order = () => localStorage.getItem(KEY) || 'name';

/** Whether each document of the collection has its row: else one that was just added may have none. */
export function isWhole() {
  return document.querySelector('#document-list .list-title')?.dataset.whole === 'true';
}

export function watchListing(refresh) {
  const box = document.getElementById('find-document');
  const select = document.getElementById('order');
  const again = () => {
    tell();
    refresh();
  };
  select.value = order();
  select.addEventListener('change', () => {
    localStorage.setItem(KEY, select.value);
    most = PAGE;
    again();
  });
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      find = box.value.trim();
      most = PAGE;
      again();
    }, 200);
  });
  new MutationObserver(offer).observe(document.getElementById('document-list'), { childList: true, subtree: true });
  tell();
  offer();
}

/** There is nothing to sort or to find among two. */
function offer() {
  const total = Number(document.querySelector('#document-list .list-title')?.dataset.total || 0);
  bar().hidden = total < 3 && !find;
}

export function showMore(refresh) {
  most += PAGE;
  tell();
  refresh();
}

/** Another collection has other documents. */
export function findAll() {
  document.getElementById('find-document').value = '';
  find = '';
  most = PAGE;
  tell();
}

function tell() {
  document.body.dataset.listing = JSON.stringify({ order: order(), find, most });
}
