// Files and folders that are dropped on the page.

import { refuse, startUploads } from './uploads.js';

const HIDDEN = /^(?:\.|~\$)/; // of the system, and what office programs keep beside an open file
const mayAdd = () => !['reader', ''].includes(document.body.dataset.role);

export function watchDrops(showUploads) {
  let depth = 0;
  const show = (by) => {
    depth = Math.max(0, depth + by);
    document.body.classList.toggle('dropping', depth > 0);
  };
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes('Files');
  addEventListener('dragenter', (event) => carriesFiles(event) && show(1));
  addEventListener('dragleave', (event) => carriesFiles(event) && show(-1));
  addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(-depth);
    if (!mayAdd()) return;
    showUploads();
    take(event.dataTransfer);
  });
}

/** The browser forgets what was dropped when this returns, so every entry is asked for at once. */
function take(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.every((entry) => entry.isFile)) startUploads([...dropped.files]);
  else for (const entry of entries) takeEntry(entry);
}

async function takeEntry(entry) {
  const files = await filesOf(entry);
  if (files.length) startUploads(files);
  else refuse(entry.name, 'it holds no file of a kind that is read.');
}

/** A file; of a folder all files of kinds that are read, at any depth. */
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const inside = await entriesOf(entry);
  const wanted = inside.filter((one) => !HIDDEN.test(one.name) && (one.isDirectory || isRead(one.name)));
  return (await Promise.all(wanted.map(filesOf))).flat();
}

/** A browser tells of a hundred at a time. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const found = [];
  for (let some = [null]; some.length; found.push(...some)) {
    some = await new Promise((done, failed) => reader.readEntries(done, failed));
  }
  return found;
}

function isRead(name) {
  const kinds = document.getElementById('files').accept.split(',');
  return kinds.some((kind) => name.toLowerCase().endsWith(kind));
}
