/** Colours in code blocks: decorations alone. The languages are loaded when a document first names one,
 * into a worker, and code that takes it too long stays plain. */
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import type { Colourist } from './colourist.ts';
import type { HighlightedRange } from './highlighter.ts';

/** Longer code is shown without colours, so that typing in it stays quick. */
const MAX_HIGHLIGHTED = 40_000;
/** More coloured pieces than this in one document would make drawing it slow. */
const MAX_RANGES = 40_000;

interface Highlights {
  readonly set: DecorationSet;
  /** The code blocks that `set` shows, by their node. */
  readonly done: ReadonlySet<Node>;
}

const highlightKey = new PluginKey<Highlights>('highlight');

const EMPTY: Highlights = { set: DecorationSet.empty, done: new Set() };

export const Highlight = Extension.create({
  name: 'highlight',
  addProseMirrorPlugins: () => [createHighlightPlugin()],
});

function createHighlightPlugin(): Plugin<Highlights> {
  return new Plugin<Highlights>({
    key: highlightKey,
    state: {
      init: () => EMPTY,
      apply: (transaction, value) => {
        // set only by the view below
        const next = transaction.getMeta(highlightKey) as Highlights | undefined;
        if (next) return next;
        if (!transaction.docChanged) return value;
        return { set: value.set.map(transaction.mapping, transaction.doc), done: value.done };
      },
    },
    props: { decorations: (state) => highlightKey.getState(state)?.set },
    view: (view) => createHighlightView(view),
  });
}

function createHighlightView(view: EditorView): {
  update(view: EditorView, previous: EditorState): void;
  destroy(): void;
} {
  const found = new WeakMap<Node, readonly HighlightedRange[]>();
  let colourist: Colourist | undefined;
  let isAsking = false;
  let isClosed = false;
  let frame: number | undefined;

  const ask = async (node: Node) => {
    isAsking = true;
    try {
      if (!colourist) {
        const { createColourist } = await import('./colourist.ts');
        if (isClosed) return;
        colourist = createColourist();
      }
      found.set(node, await colourist.colour(String(node.attrs['language']), node.textContent));
    } finally {
      isAsking = false;
    }
    if (!isClosed) schedule();
  };
  const draw = () => {
    frame = undefined;
    if (isClosed || view.isDestroyed) return;
    if (view.composing) {
      schedule();
      return;
    }
    const blocks = codeBlocks(view.state.doc);
    const current = highlightKey.getState(view.state) ?? EMPTY;
    const changed = blocks.filter(({ node }) => !current.done.has(node));
    const next = changed.find(({ node }) => !found.has(node));
    // offline without the file: code stays plain, and the next change asks again
    if (next && !isAsking) ask(next.node).catch(() => undefined);
    const ready = changed.filter(({ node }) => found.has(node));
    if (ready.length === 0) return;
    const done = new Set(blocks.map(({ node }) => node).filter((node) => found.has(node)));
    let drawn = 0;
    for (const node of current.done) if (done.has(node)) drawn += found.get(node)?.length ?? 0;
    let { set } = current;
    for (const { node, at } of ready) {
      let ranges = found.get(node) ?? [];
      if (drawn + ranges.length > MAX_RANGES) {
        ranges = [];
        found.set(node, ranges);
      }
      drawn += ranges.length;
      set = set.remove(set.find(at, at + node.nodeSize));
      set = set.add(view.state.doc, decorate(at, ranges));
    }
    view.dispatch(
      view.state.tr.setMeta(highlightKey, { set, done } satisfies Highlights).setMeta('addToHistory', false),
    );
  };
  const schedule = () => {
    frame ??= requestAnimationFrame(draw);
  };
  schedule();
  return {
    update: ({ state }, previous) => {
      if (state.doc !== previous.doc) schedule();
    },
    destroy: () => {
      isClosed = true;
      colourist?.close();
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}

/** Code blocks that name a language. Blocks known to hold none are not looked into again. */
function codeBlocks(doc: Node): { readonly node: Node; readonly at: number }[] {
  const out: { readonly node: Node; readonly at: number }[] = [];
  const visit = (parent: Node, start: number) => {
    let at = start;
    for (const node of parent.children) {
      if (node.type.name === 'codeBlock') {
        if (typeof node.attrs['language'] === 'string' && node.content.size <= MAX_HIGHLIGHTED) out.push({ node, at });
      } else if (!node.isTextblock && !node.isLeaf && !WITHOUT_CODE.has(node)) {
        const before = out.length;
        visit(node, at + 1);
        if (out.length === before) WITHOUT_CODE.add(node);
      }
      at += node.nodeSize;
    }
  };
  visit(doc, 0);
  return out;
}

const WITHOUT_CODE = new WeakSet<Node>();

function decorate(at: number, ranges: readonly HighlightedRange[]): Decoration[] {
  return ranges.map(({ from, to, classes }) => Decoration.inline(at + 1 + from, at + 1 + to, { class: classes }));
}
