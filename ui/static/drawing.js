// What is asked of the server again and again, and drawn each time.

/**
 * Ask for something and draw what is answered. Of several that are under way only the last is drawn: the others may be
 * older, or of what is no longer chosen.
 */
export function drawing(ask, draw) {
  let latest = 0;
  return async (...what) => {
    const ticket = (latest += 1);
    const answer = await ask(...what);
    if (ticket === latest) draw(answer, ...what);
  };
}
