/** Keeps the caret clear of what stands at the edges: header and formatting bar above, on phones the bar below. */
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';

const PHONE = 600;

/** Asked whenever something is scrolled into view, as the width may have changed. */
const margins = (extra: number) => ({
  get top() {
    return (window.innerWidth < PHONE ? 100 : 96) + extra;
  },
  get bottom() {
    return (window.innerWidth < PHONE ? 60 : 8) + extra;
  },
  left: 0,
  right: 0,
});

export const ScrollMargins = Extension.create({
  name: 'scrollMargins',
  addProseMirrorPlugins: () => [new Plugin({ props: { scrollThreshold: margins(0), scrollMargin: margins(8) } })],
});
