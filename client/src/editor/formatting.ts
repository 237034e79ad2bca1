/** The formatting commands: one table for toolbar, tooltips and shortcuts. Without solid-js. */
import type { CommandProps, Editor } from '@tiptap/core';
import { AllSelection, TextSelection } from '@tiptap/pm/state';
import type { EditorMessageKey } from './messages.ts';

export type FormatId =
  | 'heading1'
  | 'heading2'
  | 'heading3'
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strike'
  | 'code'
  | 'bulletList'
  | 'orderedList'
  | 'taskList'
  | 'quote'
  | 'codeBlock'
  | 'divider';

export interface FormatCommand {
  readonly id: FormatId;
  readonly label: EditorMessageKey;
  /** Keys as ProseMirror names them; `Mod` is Control, or Command on Apple keyboards. */
  readonly keys?: string;
  readonly group: 'block' | 'inline' | 'list' | 'insert';
  /** Absent for what is inserted rather than switched. */
  readonly isActive?: (editor: Editor) => boolean;
  readonly run: (editor: Editor) => void;
}

const heading = (level: 1 | 2 | 3): FormatCommand => ({
  id: `heading${level}`,
  label: `editor.heading${level}`,
  keys: `Mod-Alt-${level}`,
  group: 'block',
  isActive: (editor) => editor.isActive('heading', { level }),
  run: (editor) => void editor.chain().focus().toggleHeading({ level }).run(),
});

const mark = (id: 'bold' | 'italic' | 'underline' | 'strike' | 'code', keys: string): FormatCommand => ({
  id,
  label: `editor.${id}`,
  keys,
  group: 'inline',
  isActive: (editor) => editor.isActive(id),
  run: (editor) => void editor.chain().focus().toggleMark(id).run(),
});

/** "Select all" also selects the outermost block, which then cannot be lifted out of itself. */
function selectText({ tr }: CommandProps): boolean {
  const { doc, selection } = tr;
  if (selection instanceof AllSelection)
    tr.setSelection(TextSelection.between(doc.resolve(0), doc.resolve(doc.content.size)));
  return true;
}

export const FORMAT_COMMANDS: readonly FormatCommand[] = [
  heading(1),
  heading(2),
  heading(3),
  mark('bold', 'Mod-b'),
  mark('italic', 'Mod-i'),
  mark('underline', 'Mod-u'),
  mark('strike', 'Mod-Shift-s'),
  mark('code', 'Mod-e'),
  {
    id: 'bulletList',
    label: 'editor.bulletList',
    keys: 'Mod-Shift-8',
    group: 'list',
    isActive: (editor) => editor.isActive('bulletList'),
    run: (editor) => void editor.chain().focus().toggleBulletList().run(),
  },
  {
    id: 'orderedList',
    label: 'editor.orderedList',
    keys: 'Mod-Shift-7',
    group: 'list',
    isActive: (editor) => editor.isActive('orderedList'),
    run: (editor) => void editor.chain().focus().toggleOrderedList().run(),
  },
  {
    id: 'taskList',
    label: 'editor.taskList',
    keys: 'Mod-Shift-9',
    group: 'list',
    isActive: (editor) => editor.isActive('taskList'),
    run: (editor) => void editor.chain().focus().toggleTaskList().run(),
  },
  {
    id: 'quote',
    label: 'editor.quote',
    keys: 'Mod-Shift-b',
    group: 'insert',
    isActive: (editor) => editor.isActive('blockquote'),
    run: (editor) => void editor.chain().focus().command(selectText).toggleBlockquote().run(),
  },
  {
    id: 'codeBlock',
    label: 'editor.codeBlock',
    keys: 'Mod-Alt-c',
    group: 'insert',
    isActive: (editor) => editor.isActive('codeBlock'),
    run: (editor) => void editor.chain().focus().toggleCodeBlock().run(),
  },
  {
    id: 'divider',
    label: 'editor.divider',
    group: 'insert',
    run: (editor) => void editor.chain().focus().setHorizontalRule().run(),
  },
];

/** "Ctrl+Shift+7", or "⇧⌘7" on Apple keyboards. */
export function shortcutText(keys: string, isApple: boolean): string {
  const parts = keys.split('-');
  const key = (parts.pop() ?? '').toUpperCase();
  if (!isApple) return [...parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)), key].join('+');
  const signs = [
    ['Alt', '⌥'],
    ['Shift', '⇧'],
    ['Mod', '⌘'],
  ] as const;
  return (
    signs
      .filter(([name]) => parts.includes(name))
      .map(([, sign]) => sign)
      .join('') + key
  );
}

/** The `aria-keyshortcuts` form. */
export const ariaShortcut = (keys: string, isApple: boolean): string =>
  keys
    .split('-')
    .map((part) => (part === 'Mod' ? (isApple ? 'Meta' : 'Control') : part.length === 1 ? part.toUpperCase() : part))
    .join('+');
