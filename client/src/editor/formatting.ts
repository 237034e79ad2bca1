/** The formatting commands: one table for toolbar, tooltips and shortcuts. Without solid-js. */
import type { CommandProps, Editor } from '@tiptap/core';
import { AllSelection, TextSelection } from '@tiptap/pm/state';
import { insertDivider } from './content/write-below.ts';
import { SHORTCUTS } from '../context/shortcuts.ts';
import type { MessageKey } from '../i18n/messages.ts';

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
  | 'table'
  | 'image'
  | 'divider';

export interface FormatCommand {
  readonly id: FormatId;
  readonly label: MessageKey;
  /** Keys as ProseMirror names them; `Mod` is Control, or Command on Apple keyboards. */
  readonly keys?: string;
  readonly group: 'block' | 'inline' | 'list' | 'insert';
  /** Absent for what is inserted rather than switched. */
  readonly isActive?: (editor: Editor) => boolean;
  /** Whether it does nothing here. */
  readonly isDisabled?: (editor: Editor) => boolean;
  readonly run: (editor: Editor) => void;
}

const heading = (level: 1 | 2 | 3): FormatCommand => ({
  id: `heading${level}`,
  label: `editor.heading${level}`,
  keys: SHORTCUTS[`heading${level}`].keys,
  group: 'block',
  isActive: (editor) => editor.isActive('heading', { level }),
  run: (editor) => void editor.chain().focus().toggleHeading({ level }).run(),
});

const mark = (id: 'bold' | 'italic' | 'underline' | 'strike' | 'code'): FormatCommand => ({
  id,
  label: `editor.${id}`,
  keys: SHORTCUTS[id].keys,
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
  mark('bold'),
  mark('italic'),
  mark('underline'),
  mark('strike'),
  mark('code'),
  {
    id: 'bulletList',
    label: 'editor.bulletList',
    keys: SHORTCUTS.bulletList.keys,
    group: 'list',
    isActive: (editor) => editor.isActive('bulletList'),
    run: (editor) => void editor.chain().focus().toggleBulletList().run(),
  },
  {
    id: 'orderedList',
    label: 'editor.orderedList',
    keys: SHORTCUTS.orderedList.keys,
    group: 'list',
    isActive: (editor) => editor.isActive('orderedList'),
    run: (editor) => void editor.chain().focus().toggleOrderedList().run(),
  },
  {
    id: 'taskList',
    label: 'editor.taskList',
    keys: SHORTCUTS.taskList.keys,
    group: 'list',
    isActive: (editor) => editor.isActive('taskList'),
    run: (editor) => void editor.chain().focus().toggleTaskList().run(),
  },
  {
    id: 'quote',
    label: 'editor.quote',
    keys: SHORTCUTS.quote.keys,
    group: 'insert',
    isActive: (editor) => editor.isActive('blockquote'),
    run: (editor) => void editor.chain().focus().command(selectText).toggleBlockquote().run(),
  },
  {
    id: 'codeBlock',
    label: 'editor.codeBlock',
    keys: SHORTCUTS.codeBlock.keys,
    group: 'insert',
    isActive: (editor) => editor.isActive('codeBlock'),
    run: (editor) => void editor.chain().focus().toggleCodeBlock().run(),
  },
  {
    id: 'table',
    label: 'editor.table',
    group: 'insert',
    isDisabled: (editor) => editor.isActive('table'),
    run: (editor) => void editor.chain().focus().insertTable().run(),
  },
  {
    id: 'image',
    label: 'editor.image',
    group: 'insert',
    run: (editor) => void editor.commands.pickPictures(),
  },
  {
    id: 'divider',
    label: 'editor.divider',
    group: 'insert',
    run: (editor) => void editor.chain().focus().command(insertDivider).run(),
  },
];
