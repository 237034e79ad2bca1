/**
 * Keeps one Y.XmlFragment and one ProseMirror view in step. Opening, receiving and closing never write: the only
 * way into Yjs is a change of the document that did not come from Yjs, made while writing is allowed.
 */
import { Fragment, Slice, type Node } from '@tiptap/pm/model';
import {
  NodeSelection,
  Plugin,
  PluginKey,
  TextSelection,
  type EditorState,
  type Selection,
  type Transaction,
} from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import { NODE_SCHEMAS } from '@vicinal/shared/room/documents.ts';
import type * as Y from 'yjs';
import { placeAt, positionOf, type Side } from './positions.ts';
import { readBody, UnsupportedContent, type NodeMapping } from './read-body.ts';
import { writeChildren } from './write-body.ts';

export interface SyncOptions {
  readonly body: Y.XmlFragment;
  /** Asked at every change. */
  readonly canWrite: () => boolean;
  /** Yjs transactions with this origin are undo steps: the caret goes to where they changed something. */
  readonly isUndo: (origin: unknown) => boolean;
  /** This person's edit made nodes that exist from `schema` on. Called right after that edit. */
  readonly onSchema?: (schema: number) => void;
  /** The stored tree stopped fitting the schema. Nothing is read or written from then on. */
  readonly onUnsupported: () => void;
}

/** The state of one binding; held by the plugin, read by undo and carets. */
export class BodySync {
  /** Origin of this editor's Yjs transactions. */
  readonly origin: object = { editor: 'body' };
  readonly mapping: NodeMapping = new Map();
  readonly body: Y.XmlFragment;
  readonly #options: SyncOptions;
  #view: EditorView | undefined;
  #isApplying = false;
  #isUnsupported = false;
  #selection: RelativeSelection | undefined;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.body = options.body;
  }

  get isApplying(): boolean {
    return this.#isApplying;
  }

  attach(view: EditorView): () => void {
    this.#view = view;
    const { doc } = this.body;
    const before = (transaction: Y.Transaction) => {
      if (transaction.origin !== this.origin) this.#selection = this.#rememberSelection();
    };
    const observe = (_: unknown, transaction: Y.Transaction) => {
      if (transaction.origin === this.origin) return;
      for (const type of transaction.changed.keys()) this.mapping.delete(type);
      for (const type of transaction.changedParentTypes.keys()) this.mapping.delete(type);
      this.#show(transaction.origin);
    };
    doc?.on('beforeTransaction', before);
    this.body.observeDeep(observe);
    this.mapping.clear();
    this.#show(undefined);
    return () => {
      doc?.off('beforeTransaction', before);
      this.body.unobserveDeep(observe);
      if (this.#view === view) this.#view = undefined;
    };
  }

  /** A change that Yjs made, or one that may be written. */
  allows(transaction: Transaction): boolean {
    if (!transaction.docChanged || transaction.getMeta(syncKey) === this) return true;
    return !this.#isApplying && !this.#isUnsupported && this.#options.canWrite();
  }

  write(doc: Node): void {
    if (this.#isApplying || this.#isUnsupported) return;
    const made = new Set<string>();
    this.body.doc?.transact(() => writeChildren(this.body, doc, this.mapping, made), this.origin);
    const schema = Math.max(1, ...[...made].map((name) => NODE_SCHEMAS.get(name) ?? 1));
    if (schema > 1) this.#options.onSchema?.(schema);
  }

  placeAt(position: number, doc: Node, side?: Side): Y.RelativePosition | undefined {
    return placeAt(position, doc, this.body, this.mapping, side);
  }

  positionOf(place: Y.RelativePosition): number | undefined {
    return positionOf(place, this.body, this.mapping);
  }

  #show(origin: unknown): void {
    const view = this.#view;
    if (!view || this.#isUnsupported) return;
    let children: readonly Node[];
    try {
      children = readBody(this.body, view.state.schema, this.mapping);
    } catch (error) {
      if (!(error instanceof UnsupportedContent)) throw error;
      this.#isUnsupported = true;
      this.#options.onUnsupported();
      return;
    }
    const transaction = replaceChildren(view.state, children);
    if (!transaction) return;
    const isUndo = this.#options.isUndo(origin);
    const selection = isUndo
      ? selectionAtChange(view.state.doc, transaction.doc)
      : this.#selection && restoreSelection(transaction.doc, this.#selection, (place) => this.positionOf(place));
    if (selection) transaction.setSelection(selection);
    if (isUndo) transaction.scrollIntoView();
    else if (view.state.storedMarks) transaction.setStoredMarks(view.state.storedMarks);
    this.#isApplying = true;
    try {
      view.dispatch(transaction.setMeta(syncKey, this).setMeta('addToHistory', false));
    } finally {
      this.#isApplying = false;
    }
  }

  #rememberSelection(): RelativeSelection | undefined {
    const view = this.#view;
    if (!view || this.#isUnsupported) return undefined;
    const { doc, selection } = view.state;
    const shown = selection instanceof TextSelection ? shownSelection(view) : undefined;
    const anchor = this.placeAt(shown?.anchor ?? selection.anchor, doc);
    const head = this.placeAt(shown?.head ?? selection.head, doc);
    return anchor && head ? { anchor, head, isNode: selection instanceof NodeSelection } : undefined;
  }
}

/** Where the page shows the caret. The view hears of a key or a click that moved it a task later. */
function shownSelection(view: EditorView): { readonly anchor: number; readonly head: number } | undefined {
  if (!view.hasFocus() || view.composing) return undefined;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = view.dom.ownerDocument.getSelection() ?? {};
  if (!anchorNode || !focusNode || !view.dom.contains(anchorNode) || !view.dom.contains(focusNode)) return undefined;
  const anchor = view.posAtDOM(anchorNode, anchorOffset ?? 0);
  const head = view.posAtDOM(focusNode, focusOffset ?? 0);
  const { doc } = view.state;
  const isText = [anchor, head].every(
    (at) => at >= 0 && at <= doc.content.size && doc.resolve(at).parent.inlineContent,
  );
  return isText ? { anchor, head } : undefined;
}

interface RelativeSelection {
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
  readonly isNode: boolean;
}

export const syncKey = new PluginKey<BodySync>('body-sync');

export function createSyncPlugin(sync: BodySync): Plugin<BodySync> {
  return new Plugin<BodySync>({
    key: syncKey,
    state: { init: () => sync, apply: (_, value) => value },
    filterTransaction: (transaction) => sync.allows(transaction),
    view: (view) => {
      const detach = sync.attach(view);
      return {
        update: ({ state }, previous) => {
          if (state.doc !== previous.doc) sync.write(state.doc);
        },
        destroy: detach,
      };
    },
  });
}

/** Replaces the top-level nodes that differ; `undefined` when none does. */
function replaceChildren(state: EditorState, children: readonly Node[]): Transaction | undefined {
  const old = state.doc.children;
  const shortest = Math.min(old.length, children.length);
  const same = (a: Node | undefined, b: Node | undefined) => a === b || (a && b && a.eq(b));
  let left = 0;
  while (left < shortest && old[left] === children[left]) left++;
  let right = 0;
  while (right < shortest - left && old[old.length - 1 - right] === children[children.length - 1 - right]) right++;
  if (left + right === old.length && old.length === children.length) return undefined;
  if (old.length === 1 && children.length === 1 && same(old[0], children[0]) && children[0]?.content.size === 0)
    return undefined;
  const size = (nodes: readonly Node[]) => nodes.reduce((sum, node) => sum + node.nodeSize, 0);
  const from = size(old.slice(0, left));
  const to = state.doc.content.size - size(old.slice(old.length - right));
  const slice = new Slice(Fragment.fromArray(children.slice(left, children.length - right)), 0, 0);
  return state.tr.step(new ReplaceStep(from, to, slice));
}

function restoreSelection(
  doc: Node,
  { anchor, head, isNode }: RelativeSelection,
  positionOfPlace: (place: Y.RelativePosition) => number | undefined,
): Selection | undefined {
  const from = positionOfPlace(anchor) ?? positionOfPlace(head);
  const to = positionOfPlace(head) ?? from;
  if (from === undefined || to === undefined || Math.max(from, to) > doc.content.size) return undefined;
  const $from = doc.resolve(from);
  if (isNode)
    return $from.nodeAfter && NodeSelection.isSelectable($from.nodeAfter) ? NodeSelection.create(doc, from) : undefined;
  return TextSelection.between($from, doc.resolve(to));
}

function selectionAtChange(before: Node, after: Node): Selection | undefined {
  const start = before.content.findDiffStart(after.content);
  const end = before.content.findDiffEnd(after.content);
  if (start === null || !end) return undefined;
  return TextSelection.near(after.resolve(Math.max(start, Math.min(end.b, after.content.size))), -1);
}
