import { createEffect, type Accessor } from 'solid-js';

/** Scrolls a row of links sideways until the one with `aria-current` is visible: now, and whenever `current` changes. */
export function keepCurrentInView(row: Accessor<HTMLElement | undefined>, current: Accessor<unknown>): void {
  createEffect(() => {
    current();
    const box = row();
    // what changes with `current` may be drawn after this effect
    if (box) requestAnimationFrame(() => reveal(box));
  });
}

function reveal(row: HTMLElement): void {
  const link = row.querySelector('[aria-current="page"]')?.getBoundingClientRect();
  if (link === undefined) return;
  const edge = row.getBoundingClientRect();
  if (link.right > edge.right) row.scrollBy({ left: link.right - edge.right });
  else if (link.left < edge.left) row.scrollBy({ left: link.left - edge.left });
}
