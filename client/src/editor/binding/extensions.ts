/** The schema of `content` and the commands on it. Nothing here changes a document on its own. */
import { Extension, type Extensions } from '@tiptap/core';
import { TaskItem, TaskList } from '@tiptap/extension-list';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { StarterKit } from '@tiptap/starter-kit';
import type { Clock } from '@vicinal/shared/clock.ts';
import { Highlight } from '../content/highlight.ts';
import { Image } from '../content/image-node.ts';
import { Mention } from '../content/mention-node.ts';
import { PictureFiles, type FileRefusal } from '../content/picture-files.ts';
import { tableExtensions } from '../content/table.ts';
import { Paste } from '../paste/paste.ts';
import { createCaretPlugin } from './caret-plugin.ts';
import { Link } from './link.ts';
import type { CaretPresence } from './presence.ts';
import { createSyncPlugin, type BodySync } from './sync-plugin.ts';
import type { BodyUndo } from './undo.ts';

/** Nodes and marks alone: what `CONTENT_SCHEMA` counts the versions of. */
export const schemaExtensions: Extensions = [
  StarterKit.configure({
    heading: { levels: [1, 2, 3] },
    codeBlock: { enableTabIndentation: true, tabSize: 2 },
    // own undo steps live in Yjs; a trailing paragraph would be written by opening a document; links are our own
    undoRedo: false,
    trailingNode: false,
    link: false,
    dropcursor: { color: false, class: 'drop-cursor', width: 2 },
  }),
  TaskList,
  TaskItem.configure({ nested: true }),
  Link,
  ...tableExtensions,
  Image,
  Mention,
];

export interface BindingExtensions {
  readonly sync: BodySync;
  readonly undo: BodyUndo;
  readonly carets: CaretPresence;
  readonly clock: Clock;
  readonly onToolbar: () => void;
  readonly onLink: () => void;
  readonly onFileRefused: (refusal: FileRefusal) => void;
  readonly tools: Extensions;
}

export const createExtensions = ({
  sync,
  undo,
  carets,
  clock,
  onToolbar,
  onLink,
  onFileRefused,
  tools,
}: BindingExtensions): Extensions => [
  ...schemaExtensions,
  Highlight,
  PictureFiles.configure({ onRefused: onFileRefused }),
  Paste.configure({ onRefused: onFileRefused }),
  ...tools,
  Extension.create({
    name: 'binding',
    priority: 1000,
    addProseMirrorPlugins: () => [
      createSyncPlugin(sync),
      createCaretPlugin(sync, carets, clock),
      createKeyPlugin(undo),
    ],
    addKeyboardShortcuts: () => {
      const run = (action: () => void) => () => {
        action();
        return true;
      };
      return {
        'Mod-z': run(() => undo.undo()),
        'Mod-y': run(() => undo.redo()),
        'Shift-Mod-z': run(() => undo.redo()),
        'Mod-k': ({ editor }) => {
          if (!editor.isEditable || (editor.state.selection.empty && !editor.isActive('link'))) return false;
          onLink();
          return true;
        },
        'Alt-F10': run(onToolbar),
        F10: run(onToolbar),
      };
    },
  }),
];

/** Escape frees the next Tab for leaving the editor; the platform's own undo is led to ours. */
function createKeyPlugin(undo: BodyUndo): Plugin {
  let isTabFree = false;
  return new Plugin({
    key: new PluginKey('keys'),
    props: {
      handleDOMEvents: {
        keydown: (_, event) => {
          if (event.key === 'Tab' && isTabFree) return true;
          isTabFree = event.key === 'Escape' || (isTabFree && event.key === 'Shift');
          return false;
        },
        blur: () => {
          isTabFree = false;
          return false;
        },
        beforeinput: (_, event) => {
          if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return false;
          event.preventDefault();
          if (event.inputType === 'historyUndo') undo.undo();
          else undo.redo();
          return true;
        },
      },
    },
  });
}
