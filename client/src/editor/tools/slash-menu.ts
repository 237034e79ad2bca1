/**
 * The menu of blocks behind "/": opens when "/" is typed at the start of a block or after a space, filters by what is
 * typed after it, and keeps the focus in the text. Opening and closing change nothing.
 */
import { Extension, type Editor } from '@tiptap/core';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import { syncKey } from '../binding/sync-plugin.ts';
import { findKinds, type BlockKind } from './block-kinds.ts';

const MAX_QUERY = 32;

export interface SlashState {
  /** Position of the "/". */
  readonly from: number;
  readonly query: string;
  /** Empty when nothing matches: the menu hides and comes back when letters are taken away. */
  readonly items: readonly BlockKind[];
  readonly active: number;
}

type SlashAction = { readonly kind: 'close' } | { readonly kind: 'point'; readonly index: number };

export const slashKey = new PluginKey<SlashState | undefined>('slash-menu');

/** Ids of the listbox and its options, for `aria-activedescendant`. */
export const slashIds = (editor: Editor): { readonly list: string; readonly option: (item: BlockKind) => string } => {
  const base = `slash-${editor.instanceId}`;
  return { list: base, option: ({ id }) => `${base}-${id}` };
};

export interface SlashOptions {
  readonly canWrite: () => boolean;
  readonly kinds: (editor: Editor) => readonly BlockKind[];
  /** The next edit begins a new undo step. */
  readonly endUndoStep: () => void;
}

/** The open menu with something to choose. */
export function openSlash(state: EditorState): SlashState | undefined {
  const slash = slashKey.getState(state);
  return slash && slash.items.length > 0 ? slash : undefined;
}

const act = (view: EditorView, action: SlashAction): void => view.dispatch(view.state.tr.setMeta(slashKey, action));

export function closeSlash(view: EditorView): void {
  if (slashKey.getState(view.state)) act(view, { kind: 'close' });
}

export const pointSlash = (view: EditorView, index: number): void => act(view, { kind: 'point', index });

declare module '@tiptap/core' {
  interface Storage {
    slashMenu: SlashCommands;
  }
}

export interface SlashCommands {
  /** Puts the block in the place of what was typed, as one undo step. */
  choose: (kind: BlockKind) => void;
}

export const createSlashMenu = (options: SlashOptions) =>
  Extension.create<object, SlashCommands>({
    name: 'slashMenu',
    priority: 2000,
    addStorage: () => ({ choose: () => undefined }),
    onBeforeCreate() {
      const { editor } = this;
      this.storage.choose = (kind) => {
        const slash = slashKey.getState(editor.state);
        if (!slash || !options.canWrite()) return;
        options.endUndoStep();
        const typed = editor.chain().focus().deleteRange({ from: slash.from, to: editor.state.selection.head });
        kind.apply(typed, editor).run();
        options.endUndoStep();
      };
    },
    addProseMirrorPlugins() {
      const { editor } = this;
      const ids = slashIds(editor);
      const onKey = (view: EditorView, event: KeyboardEvent): boolean => {
        const slash = openSlash(view.state);
        if (!slash || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
        const count = slash.items.length;
        switch (event.key) {
          case 'ArrowDown':
            pointSlash(view, (slash.active + 1) % count);
            return true;
          case 'ArrowUp':
            pointSlash(view, (slash.active + count - 1) % count);
            return true;
          case 'Enter':
          case 'Tab': {
            const kind = slash.items[slash.active];
            if (event.shiftKey || kind === undefined) return false;
            this.storage.choose(kind);
            return true;
          }
          case 'Escape':
            closeSlash(view);
            return true;
          default:
            return false;
        }
      };
      return [
        new Plugin<SlashState | undefined>({
          key: slashKey,
          state: {
            init: () => undefined,
            apply: (transaction, slash, _, state) =>
              options.canWrite() ? next(transaction, slash, state, options.kinds(editor)) : undefined,
          },
          props: {
            attributes: (state) => {
              const slash = openSlash(state);
              const kind = slash?.items[slash.active];
              if (kind === undefined) return {};
              return {
                'aria-haspopup': 'listbox',
                'aria-controls': ids.list,
                'aria-activedescendant': ids.option(kind),
              };
            },
            // some on-screen keyboards send no key event for Enter; ProseMirror makes one up and asks here
            handleKeyDown: onKey,
            handleDOMEvents: {
              // before the keys of the text, for which Escape means leaving it
              keydown: (view, event) => {
                if (!onKey(view, event)) return false;
                event.preventDefault();
                return true;
              },
              blur: (view) => {
                closeSlash(view);
                return false;
              },
            },
          },
        }),
      ];
    },
  });

function next(
  transaction: Transaction,
  slash: SlashState | undefined,
  state: EditorState,
  kinds: readonly BlockKind[],
): SlashState | undefined {
  // only ever set by this file
  const action = transaction.getMeta(slashKey) as SlashAction | undefined;
  if (action?.kind === 'close') return undefined;
  if (slash === undefined) {
    const from = typedSlash(transaction, state);
    return from === undefined ? undefined : read(from, state, kinds, undefined);
  }
  if (action?.kind === 'point') return { ...slash, active: action.index };
  if (!transaction.docChanged && !transaction.selectionSet) return slash;
  // what others write replaces whole blocks here; the caret is put back, and the menu stands right before it
  const from = transaction.getMeta(syncKey)
    ? state.selection.head - slash.query.length - 1
    : transaction.mapping.map(slash.from, 1);
  return read(from, state, kinds, slash);
}

/** Where a person just typed a "/" that begins a word. */
function typedSlash(transaction: Transaction, state: EditorState): number | undefined {
  if (!transaction.docChanged || transaction.getMeta(syncKey) || transaction.getMeta('paste')) return undefined;
  const [step] = transaction.steps;
  if (transaction.steps.length !== 1 || !(step instanceof ReplaceStep)) return undefined;
  const { $head, empty } = state.selection;
  if (!empty || !$head.parent.isTextblock || $head.parent.type.spec.code) return undefined;
  const { content } = step.slice;
  if (content.size !== 1 || content.firstChild?.text !== '/' || step.from + 1 !== $head.pos) return undefined;
  const before = $head.parent.textBetween(0, $head.parentOffset, undefined, '\ufffc');
  return /(?:^|[\s\ufffc])\/$/.test(before) ? $head.pos - 1 : undefined;
}

function read(
  from: number,
  state: EditorState,
  kinds: readonly BlockKind[],
  before: SlashState | undefined,
): SlashState | undefined {
  const { $head, empty } = state.selection;
  const offset = from - $head.start();
  if (!empty || !$head.parent.isTextblock || offset < 0 || offset >= $head.parentOffset) return undefined;
  const typed = $head.parent.textBetween(offset, $head.parentOffset, undefined, '\ufffc');
  const query = typed.slice(1);
  if (!typed.startsWith('/') || query.length > MAX_QUERY || /^\s|\ufffc/.test(query)) return undefined;
  if (before?.from === from && before.query === query) return before;
  const items = findKinds(kinds, query);
  // a sentence, not a name
  if (items.length === 0 && /\s/.test(query)) return undefined;
  return { from, query, items, active: 0 };
}
