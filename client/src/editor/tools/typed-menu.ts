/**
 * A menu behind a sign that is typed: opens when the sign begins a word, filters by what is typed after it, and keeps the
 * focus in the text. Opening and closing change nothing. One of these per sign: blocks behind "/", people behind "@".
 */
import { Extension, type Editor } from '@tiptap/core';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import { syncKey } from '../binding/sync-plugin.ts';

const MAX_QUERY = 32;

export interface TypedMenuState<Item> {
  /** Position of the sign. */
  readonly from: number;
  readonly query: string;
  /** Empty when nothing matches: the menu hides and comes back when letters are taken away. */
  readonly items: readonly Item[];
  readonly active: number;
}

type MenuAction = { readonly kind: 'close' | 'refresh' } | { readonly kind: 'point'; readonly index: number };

export interface TypedMenuOptions<Item> {
  /** Of the extension, the plugin and the ids; in lower case with hyphens. */
  readonly name: string;
  /** One character. */
  readonly sign: string;
  readonly idOf: (item: Item) => string;
}

/** What one editor gives a menu. */
export interface TypedMenuUse<Item> {
  readonly canWrite: () => boolean;
  /** What to offer for what was typed, best first. */
  readonly find: (editor: Editor, query: string) => readonly Item[];
  /** Puts the item in the place of the sign and what was typed after it. */
  readonly choose: (item: Item, typed: { readonly from: number; readonly to: number }, editor: Editor) => void;
  /** Before the editor is drawn for the first time. */
  readonly onBeforeCreate?: (editor: Editor) => void;
}

export interface TypedMenu<Item> {
  /** Whatever was typed after the sign, also while nothing matches. */
  state(state: EditorState): TypedMenuState<Item> | undefined;
  /** The open menu with something to choose. */
  open(state: EditorState): TypedMenuState<Item> | undefined;
  close(view: EditorView): void;
  point(view: EditorView, index: number): void;
  /** What is offered may have changed. */
  refresh(view: EditorView): void;
  /** Ids of the listbox and its options, for `aria-activedescendant`. */
  ids(editor: Editor): { readonly list: string; readonly option: (item: Item) => string };
  choose(editor: Editor, item: Item): void;
  createExtension(use: TypedMenuUse<Item>): Extension;
}

export function createTypedMenu<Item>(options: TypedMenuOptions<Item>): TypedMenu<Item> {
  const key = new PluginKey<TypedMenuState<Item> | undefined>(options.name);
  const uses = new WeakMap<Editor, TypedMenuUse<Item>>();
  const act = (view: EditorView, action: MenuAction): void => view.dispatch(view.state.tr.setMeta(key, action));
  const menu: TypedMenu<Item> = {
    state: (state) => key.getState(state),
    open: (state) => {
      const open = key.getState(state);
      return open && open.items.length > 0 ? open : undefined;
    },
    close: (view) => {
      if (key.getState(view.state)) act(view, { kind: 'close' });
    },
    point: (view, index) => act(view, { kind: 'point', index }),
    refresh: (view) => {
      if (key.getState(view.state)) act(view, { kind: 'refresh' });
    },
    ids: (editor) => {
      const base = `${options.name}-${editor.instanceId}`;
      return { list: base, option: (item) => `${base}-${options.idOf(item)}` };
    },
    choose: (editor, item) => {
      const use = uses.get(editor);
      const open = key.getState(editor.state);
      if (!use || !open || !use.canWrite()) return;
      use.choose(item, { from: open.from, to: editor.state.selection.head }, editor);
    },
    createExtension: (use) =>
      Extension.create({
        name: options.name,
        priority: 2000,
        onBeforeCreate() {
          uses.set(this.editor, use);
          use.onBeforeCreate?.(this.editor);
        },
        addProseMirrorPlugins() {
          return [createMenuPlugin(this.editor, options, key, menu, use)];
        },
      }),
  };
  return menu;
}

function createMenuPlugin<Item>(
  editor: Editor,
  { sign }: TypedMenuOptions<Item>,
  key: PluginKey<TypedMenuState<Item> | undefined>,
  menu: TypedMenu<Item>,
  use: TypedMenuUse<Item>,
): Plugin<TypedMenuState<Item> | undefined> {
  const ids = menu.ids(editor);
  const onKey = (view: EditorView, event: KeyboardEvent): boolean => {
    const open = menu.open(view.state);
    if (!open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    const count = open.items.length;
    switch (event.key) {
      case 'ArrowDown':
        menu.point(view, (open.active + 1) % count);
        return true;
      case 'ArrowUp':
        menu.point(view, (open.active + count - 1) % count);
        return true;
      case 'Enter':
      case 'Tab': {
        const item = open.items[open.active];
        if (event.shiftKey || item === undefined) return false;
        menu.choose(editor, item);
        return true;
      }
      case 'Escape':
        menu.close(view);
        return true;
      default:
        return false;
    }
  };
  const next = (
    transaction: Transaction,
    before: TypedMenuState<Item> | undefined,
    state: EditorState,
  ): TypedMenuState<Item> | undefined => {
    // only ever set by this file
    const action = transaction.getMeta(key) as MenuAction | undefined;
    if (action?.kind === 'close') return undefined;
    if (before === undefined) {
      const from = typedSign(transaction, state, sign);
      return from === undefined ? undefined : read(from, state, undefined);
    }
    if (action?.kind === 'point') return { ...before, active: action.index };
    if (action?.kind === 'refresh') return refreshed(before);
    if (!transaction.docChanged && !transaction.selectionSet) return before;
    // what others write replaces whole blocks here; the caret is put back, and the menu stands right before it
    const from = transaction.getMeta(syncKey)
      ? state.selection.head - before.query.length - 1
      : transaction.mapping.map(before.from, 1);
    return read(from, state, before);
  };
  const refreshed = (before: TypedMenuState<Item>): TypedMenuState<Item> => {
    const items = use.find(editor, before.query);
    const active = before.items[before.active];
    const at = active === undefined ? -1 : items.findIndex((item) => ids.option(item) === ids.option(active));
    return { ...before, items, active: Math.max(0, at) };
  };
  const read = (
    from: number,
    state: EditorState,
    before: TypedMenuState<Item> | undefined,
  ): TypedMenuState<Item> | undefined => {
    const { $head, empty } = state.selection;
    const offset = from - $head.start();
    if (!empty || !$head.parent.isTextblock || offset < 0 || offset >= $head.parentOffset) return undefined;
    const typed = $head.parent.textBetween(offset, $head.parentOffset, undefined, '\ufffc');
    const query = typed.slice(1);
    if (!typed.startsWith(sign) || query.length > MAX_QUERY || /^\s|\ufffc/.test(query)) return undefined;
    if (before?.from === from && before.query === query) return before;
    const items = use.find(editor, query);
    // a sentence, not a name
    if (items.length === 0 && /\s/.test(query)) return undefined;
    return { from, query, items, active: 0 };
  };
  return new Plugin<TypedMenuState<Item> | undefined>({
    key,
    state: {
      init: () => undefined,
      apply: (transaction, before, _, state) => (use.canWrite() ? next(transaction, before, state) : undefined),
    },
    props: {
      attributes: (state) => {
        const open = menu.open(state);
        const item = open?.items[open.active];
        if (item === undefined) return {};
        return { 'aria-haspopup': 'listbox', 'aria-controls': ids.list, 'aria-activedescendant': ids.option(item) };
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
          menu.close(view);
          return false;
        },
      },
    },
  });
}

/** Where a person just typed the sign so that it begins a word. */
function typedSign(transaction: Transaction, state: EditorState, sign: string): number | undefined {
  if (!transaction.docChanged || transaction.getMeta(syncKey) || transaction.getMeta('paste')) return undefined;
  const [step] = transaction.steps;
  if (transaction.steps.length !== 1 || !(step instanceof ReplaceStep)) return undefined;
  const { $head, empty } = state.selection;
  if (!empty || !$head.parent.isTextblock || $head.parent.type.spec.code) return undefined;
  const { content } = step.slice;
  if (content.size !== 1 || content.firstChild?.text !== sign || step.from + 1 !== $head.pos) return undefined;
  const before = $head.parent.textBetween(0, $head.parentOffset - 1, undefined, '\ufffc');
  return /(?:^|[\s\ufffc])$/.test(before) ? $head.pos - 1 : undefined;
}
