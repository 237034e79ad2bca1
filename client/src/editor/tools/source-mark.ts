/** Marks a passage somebody asked to see, until the caret is moved. A decoration only. */
import { Extension, type Editor } from '@tiptap/core';
import { Plugin, PluginKey, TextSelection } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import type { RelativePosition } from 'yjs';
import { syncKey } from '../binding/sync-plugin.ts';
import { reveal } from './viewport.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Marked extends Range {
  readonly className: string;
}

const sourceKey = new PluginKey<DecorationSet>('source-mark');

export const SourceMark = Extension.create({
  name: 'sourceMark',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key: sourceKey,
      state: {
        init: () => DecorationSet.empty,
        apply: (transaction, set) => {
          // only ever set below
          const meta = transaction.getMeta(sourceKey) as Marked | undefined;
          if (meta)
            return DecorationSet.create(transaction.doc, [
              Decoration.inline(meta.from, meta.to, { class: meta.className }),
            ]);
          if (transaction.selectionSet && !transaction.getMeta(syncKey)) return DecorationSet.empty;
          return transaction.docChanged ? set.map(transaction.mapping, transaction.doc) : set;
        },
      },
      props: { decorations: (state) => sourceKey.getState(state) },
    }),
  ],
});

export type PassageFound =
  /** It reads as it did. */
  | 'same'
  /** The place is there and reads otherwise now. */
  | 'changed'
  | 'gone';

export interface Passage {
  readonly start: RelativePosition;
  readonly end: RelativePosition;
  readonly text: string;
}

const words = (text: string): string => text.replaceAll(/[\s\ufffc]+/g, ' ').trim();

/** Scrolls there, puts the caret at its beginning and marks it; the focus stays where it is. */
export function markPassage({ view }: Editor, { from, to }: Range, className: string): void {
  const marked: Marked = { from, to, className };
  view.dispatch(
    view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(from))).setMeta(sourceKey, marked),
  );
  reveal(view, from, 0.35);
}

/** Scrolls to a passage and marks it; with focus, the caret goes to its beginning. */
export function showPassage(editor: Editor, passage: Passage, { focus }: { readonly focus: boolean }): PassageFound {
  const { view } = editor;
  const { doc } = view.state;
  const sync = syncKey.getState(view.state);
  const from = sync?.positionOf(passage.start);
  const to = sync?.positionOf(passage.end);
  if (from === undefined || to === undefined || from >= to || to > doc.content.size) return 'gone';
  const text = doc.textBetween(from, to, ' ', '\ufffc');
  if (words(text) === '') return 'gone';
  markPassage(editor, { from, to }, 'source-mark');
  if (focus) view.focus();
  return words(text) === words(passage.text) ? 'same' : 'changed';
}
