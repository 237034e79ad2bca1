/** Finds a mention by its id, now or once it has arrived, and shows it where it stands. */
import type { Editor } from '@tiptap/core';
import { readMentionId } from '@vicinal/shared/room/mention.ts';
import { markPassage } from './source-mark.ts';

/** From then on the person looks at what they chose themselves. */
const OWN_MOVES = ['keydown', 'pointerdown', 'wheel'] as const;
const NO_MOVES: ReadonlySet<string> = new Set(['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'CapsLock']);

/**
 * Scrolls to the first mention of that id and marks it. While there is none, waits for it to arrive, until the person
 * moves by themselves, which `onMoved` tells. The returned function ends both; idempotent.
 */
export function seekMention(editor: Editor, id: string, onMoved: () => void): () => void {
  const stop = (): void => {
    editor.off('update', look);
    for (const move of OWN_MOVES) document.removeEventListener(move, leave);
  };
  const leave = (event: Event): void => {
    if (event instanceof KeyboardEvent && (event.ctrlKey || event.metaKey || NO_MOVES.has(event.key))) return;
    stop();
    onMoved();
  };
  const look = (): void => {
    const from = placeOf(editor, id);
    if (from === undefined) return;
    editor.off('update', look);
    markPassage(editor, { from, to: from + 1 }, 'mention-mark');
  };
  editor.on('update', look);
  for (const move of OWN_MOVES) document.addEventListener(move, leave, { passive: true });
  look();
  return stop;
}

function placeOf(editor: Editor, id: string): number | undefined {
  let found: number | undefined;
  editor.state.doc.descendants((node, position) => {
    if (found === undefined && node.type.name === 'mention' && readMentionId(node.attrs['id']) === id) found = position;
    return found === undefined;
  });
  return found;
}
