/** The kinds of blocks a person can ask for: one table for the slash menu and for "turn into". Without solid-js. */
import type { ChainedCommands, Editor } from '@tiptap/core';
import { SHORTCUTS } from '../../context/shortcuts.ts';
import { t, type MessageKey } from '../../i18n/messages.ts';
import { insertDivider } from '../content/write-below.ts';

export type BlockKindId =
  | 'text'
  | 'heading1'
  | 'heading2'
  | 'heading3'
  | 'bulletList'
  | 'orderedList'
  | 'taskList'
  | 'quote'
  | 'codeBlock'
  | 'divider'
  | 'table'
  | 'image';

export interface BlockKind {
  readonly id: BlockKindId;
  readonly label: MessageKey;
  /** Further words to find it by. */
  readonly words: MessageKey;
  readonly keys?: string;
  /** Whether existing text can become it. */
  readonly holdsText: boolean;
  /** The node it needs; a schema without it is not offered the kind. */
  readonly needs: string;
  /** Whether it can stand where the caret is; absent for what can stand anywhere. */
  readonly isPossible?: (editor: Editor) => boolean;
  /** Adds what makes the block to a chain that has the caret in an empty place or in the text to change. */
  readonly apply: (chain: ChainedCommands, editor: Editor) => ChainedCommands;
}

/** A list is left first: its items hold only text at their beginning. */
const outsideLists = (chain: ChainedCommands, editor: Editor): ChainedCommands =>
  editor.isActive('listItem') || editor.isActive('taskItem') || editor.isActive('codeBlock')
    ? chain.clearNodes()
    : chain;

const outsideTables = (editor: Editor): boolean => !editor.isActive('table');

const heading = (level: 1 | 2 | 3, words: MessageKey): BlockKind => ({
  id: `heading${level}`,
  label: `editor.heading${level}`,
  words,
  keys: SHORTCUTS[`heading${level}`].keys,
  holdsText: true,
  needs: 'heading',
  isPossible: outsideTables,
  apply: (chain, editor) => outsideLists(chain, editor).setNode('heading', { level }),
});

export const BLOCK_KINDS: readonly BlockKind[] = [
  {
    id: 'text',
    label: 'block.kind.text',
    words: 'block.words.text',
    holdsText: true,
    needs: 'paragraph',
    apply: (chain) => chain.clearNodes(),
  },
  heading(1, 'block.words.heading1'),
  heading(2, 'block.words.heading2'),
  heading(3, 'block.words.heading3'),
  {
    id: 'bulletList',
    label: 'editor.bulletList',
    words: 'block.words.bulletList',
    keys: SHORTCUTS.bulletList.keys,
    holdsText: true,
    needs: 'bulletList',
    apply: (chain, editor) => (editor.isActive('bulletList') ? chain : plain(chain, editor).toggleBulletList()),
  },
  {
    id: 'orderedList',
    label: 'editor.orderedList',
    words: 'block.words.orderedList',
    keys: SHORTCUTS.orderedList.keys,
    holdsText: true,
    needs: 'orderedList',
    apply: (chain, editor) => (editor.isActive('orderedList') ? chain : plain(chain, editor).toggleOrderedList()),
  },
  {
    id: 'taskList',
    label: 'editor.taskList',
    words: 'block.words.taskList',
    keys: SHORTCUTS.taskList.keys,
    holdsText: true,
    needs: 'taskList',
    apply: (chain, editor) => (editor.isActive('taskList') ? chain : plain(chain, editor).toggleTaskList()),
  },
  {
    id: 'quote',
    label: 'editor.quote',
    words: 'block.words.quote',
    keys: SHORTCUTS.quote.keys,
    holdsText: true,
    needs: 'blockquote',
    isPossible: outsideTables,
    apply: (chain, editor) => (editor.isActive('blockquote') ? chain : outsideLists(chain, editor).setBlockquote()),
  },
  {
    id: 'codeBlock',
    label: 'editor.codeBlock',
    words: 'block.words.codeBlock',
    keys: SHORTCUTS.codeBlock.keys,
    holdsText: true,
    needs: 'codeBlock',
    apply: (chain, editor) => (editor.isActive('codeBlock') ? chain : outsideLists(chain, editor).setCodeBlock()),
  },
  {
    id: 'divider',
    label: 'editor.divider',
    words: 'block.words.divider',
    holdsText: false,
    needs: 'horizontalRule',
    isPossible: outsideTables,
    apply: (chain) => chain.command(insertDivider),
  },
  {
    id: 'table',
    label: 'editor.table',
    words: 'block.words.table',
    holdsText: false,
    needs: 'table',
    isPossible: outsideTables,
    apply: (chain) => chain.insertTable(),
  },
  {
    id: 'image',
    label: 'editor.image',
    words: 'block.words.image',
    holdsText: false,
    needs: 'image',
    apply: (chain) => chain.pickPictures(),
  },
];

/** The kinds that the schema knows and that can stand where the caret is. */
export const offeredKinds = (editor: Editor): readonly BlockKind[] =>
  BLOCK_KINDS.filter(
    ({ needs, isPossible }) => Object.hasOwn(editor.schema.nodes, needs) && (isPossible?.(editor) ?? true),
  );

/** Lists are made of paragraphs: a heading becomes one first. */
const plain = (chain: ChainedCommands, editor: Editor): ChainedCommands =>
  editor.isActive('paragraph') ? chain : chain.clearNodes();

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The kinds that a typed word names, those whose name begins with it first. */
export function findKinds(kinds: readonly BlockKind[], query: string): readonly BlockKind[] {
  const wanted = fold(query.trim());
  if (wanted === '') return kinds;
  const rank = (kind: BlockKind): number => {
    const label = fold(t(kind.label));
    if (label.startsWith(wanted)) return 0;
    if (label.split(' ').some((word) => word.startsWith(wanted))) return 1;
    if (label.replaceAll(' ', '').startsWith(wanted.replaceAll(' ', ''))) return 1;
    return fold(t(kind.words))
      .split(' ')
      .some((word) => word.startsWith(wanted))
      ? 2
      : 3;
  };
  return kinds
    .map((kind) => ({ kind, rank: rank(kind) }))
    .filter((entry) => entry.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .map((entry) => entry.kind);
}
