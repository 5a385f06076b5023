// How far each job is, as one stream of the server's events tells it.

const AGAIN = 2000; // milliseconds before a stream that was refused is asked for again
const heard = new Map(); // job id -> what was said of it last, maybe before the reply to what began it
let stream = null;
let waiting = 0;

export function heardOf(id) {
  return heard.get(id);
}

/** What was said of a job no longer holds. */
export function forget(id) {
  heard.delete(id);
}

/** Tell of each job, from now on until `unhear`. A new stream begins with every job as it stands. */
export function listen(tell) {
  clearTimeout(waiting);
  if (stream) return;
  stream = new EventSource('/api/jobs/events');
  stream.addEventListener('job', (event) => {
    const job = JSON.parse(event.data);
    heard.set(job.id, job);
    tell(job);
  });
  stream.addEventListener('error', (event) => {
    if (event.target !== stream || stream.readyState !== EventSource.CLOSED) return; // the browser asks again itself
    stream = null;
    waiting = setTimeout(() => listen(tell), AGAIN);
  });
}

export function unhear() {
  clearTimeout(waiting);
  stream?.close();
  stream = null;
  heard.clear();
}
