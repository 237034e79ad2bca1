/** Draws the carets and selections of others and publishes one's own. Decorations only: never changes the document. */
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import type { Clock } from '@vicinal/shared/clock.ts';
import { createCaretLabels, type CaretLabels, type DrawnCaret } from './caret-labels.ts';
import type { Caret, CaretPresence, OwnSelection } from './presence.ts';
import { placeToJson } from './positions.ts';
import { syncKey, type BodySync } from './sync-plugin.ts';

const caretKey = new PluginKey<DecorationSet>('carets');

export function createCaretPlugin(sync: BodySync, presence: CaretPresence, clock: Clock): Plugin<DecorationSet> {
  const labels = createCaretLabels(clock);
  const draw = (doc: Node) => drawCarets(presence.carets(), sync, doc, labels);
  return new Plugin<DecorationSet>({
    key: caretKey,
    state: {
      init: (_, { doc }) => draw(doc),
      apply: (transaction, set) => {
        if (transaction.getMeta(caretKey) || transaction.getMeta(syncKey)) return draw(transaction.doc);
        return transaction.docChanged ? set.map(transaction.mapping, transaction.doc) : set;
      },
    },
    props: { decorations: (state) => caretKey.getState(state) },
    view: (view) => {
      const publish = () => presence.publish(() => ownSelection(view, sync));
      const frame = createFrame(view);
      const redraw = () => frame.request(() => view.dispatch(view.state.tr.setMeta(caretKey, true)));
      const stop = presence.on('change', redraw);
      const follow = () => labels.follow(drawnCarets(caretKey.getState(view.state)));
      follow();
      view.dom.addEventListener('focus', publish);
      view.dom.addEventListener('blur', publish);
      return {
        update: (_, previous: EditorState) => {
          if (caretKey.getState(previous) !== caretKey.getState(view.state)) follow();
          if (previous.selection !== view.state.selection || previous.doc !== view.state.doc) publish();
        },
        destroy: () => {
          stop();
          labels.close();
          frame.close();
          view.dom.removeEventListener('focus', publish);
          view.dom.removeEventListener('blur', publish);
        },
      };
    },
  });
}

/** Many presence changes in one frame are drawn once. */
function createFrame(view: EditorView): { request(run: () => void): void; close(): void } {
  let handle: number | undefined;
  const window = view.dom.ownerDocument.defaultView;
  return {
    request: (run) => {
      handle ??= window?.requestAnimationFrame(() => {
        handle = undefined;
        if (!view.isDestroyed) run();
      });
    },
    close: () => {
      if (handle !== undefined) window?.cancelAnimationFrame(handle);
    },
  };
}

function ownSelection(view: EditorView, sync: BodySync): OwnSelection {
  if (view.isDestroyed || !view.hasFocus()) return undefined;
  const { doc, selection } = view.state;
  // ahead of the letter after it, a caret goes along with what is typed there: others are told of jumps only
  const side = selection.empty ? 'after' : 'before';
  const anchor = sync.placeAt(selection.anchor, doc, side);
  const head = sync.placeAt(selection.head, doc, side);
  return anchor && head ? { anchor, head } : undefined;
}

const drawnCarets = (set: DecorationSet | undefined): readonly DrawnCaret[] =>
  set?.find().flatMap(({ spec }: { readonly spec: { readonly drawn?: DrawnCaret } }) => spec.drawn ?? []) ?? [];

function drawCarets(carets: readonly Caret[], sync: BodySync, doc: Node, labels: CaretLabels): DecorationSet {
  const decorations: Decoration[] = [];
  for (const caret of carets) {
    const anchor = sync.positionOf(caret.anchor);
    const head = sync.positionOf(caret.head);
    if (anchor === undefined || head === undefined || Math.max(anchor, head) > doc.content.size) continue;
    // it moved when it was put elsewhere, or when another letter stands before it
    const places = [caret.head, sync.placeAt(head, doc)].map((place) => place && placeToJson(place));
    const drawn: DrawnCaret = { peerId: caret.peerId, place: JSON.stringify(places) };
    const key = `${caret.peerId}/${caret.hue}/${caret.name}`;
    const spec = { key, drawn, side: 10, ignoreSelection: true };
    decorations.push(Decoration.widget(head, () => labels.create(caret), spec));
    if (anchor !== head) {
      const attributes = { class: 'remote-selection', 'data-hue': String(caret.hue) };
      decorations.push(Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), attributes));
    }
  }
  return DecorationSet.create(doc, decorations);
}
