// The marks over a page: where they are, and that they are in sight.

export function markOf([x0, y0, x1, y1], page) {
  const mark = document.createElement('div');
  mark.className = 'mark';
  mark.style.left = `${(100 * x0) / page.width}%`;
  mark.style.top = `${(100 * y0) / page.height}%`;
  mark.style.width = `${(100 * (x1 - x0)) / page.width}%`;
  mark.style.height = `${(100 * (y1 - y0)) / page.height}%`;
  return mark;
}

export function scrollToMark(view) {
  const mark = view.querySelector('.mark, mark');
  if (!mark) {
    view.scrollTo(0, 0);
    return;
  }
  const top = mark.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop;
  view.scrollTo(0, Math.max(0, top - view.clientHeight / 3));
}
