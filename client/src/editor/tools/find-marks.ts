/** Marks what was found: the match one stands at by a decoration, the others on screen by CSS highlights. */
import { Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { firstAfter, type Match } from './find-text.ts';
import { visibleRange } from './viewport.ts';

const MAX_SHOWN = 400;
const HIGHLIGHT = 'find-match';

const findKey = new PluginKey<DecorationSet>('find');

export const FindMarks = Extension.create({
  name: 'findMarks',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key: findKey,
      state: {
        init: () => DecorationSet.empty,
        apply: (transaction, set) => {
          // only ever set below
          const meta = transaction.getMeta(findKey) as { readonly match: Match | undefined } | undefined;
          if (!meta) return transaction.docChanged ? set.map(transaction.mapping, transaction.doc) : set;
          if (!meta.match) return DecorationSet.empty;
          const { from, to } = meta.match;
          return DecorationSet.create(transaction.doc, [Decoration.inline(from, to, { class: 'find-current' })]);
        },
      },
      props: { decorations: (state) => findKey.getState(state) },
    }),
  ],
});

export function markCurrent(view: EditorView, match: Match | undefined): void {
  if (match === undefined && findKey.getState(view.state) === DecorationSet.empty) return;
  view.dispatch(view.state.tr.setMeta(findKey, { match }));
}

/** Where the browser has no highlights, the current match alone is marked. */
export function markVisible(view: EditorView, matches: readonly Match[], current: number): void {
  const highlights = (CSS as { highlights?: HighlightRegistry }).highlights; // newer than the oldest browsers we run in
  if (highlights === undefined) return;
  if (matches.length === 0) {
    highlights.delete(HIGHLIGHT);
    return;
  }
  const { from, to } = visibleRange(view, -200, window.innerHeight + 200);
  const first = firstAfter(matches, from);
  const ranges: Range[] = [];
  for (let i = first; i < matches.length && ranges.length < MAX_SHOWN; i++) {
    const match = matches[i];
    if (!match || match.from > to) break;
    if (i !== current) ranges.push(rangeOf(view, match));
  }
  highlights.set(HIGHLIGHT, new Highlight(...ranges));
}

function rangeOf(view: EditorView, match: Match): Range {
  const range = document.createRange();
  const start = view.domAtPos(match.from, 1);
  const end = view.domAtPos(match.to, -1);
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  return range;
}
