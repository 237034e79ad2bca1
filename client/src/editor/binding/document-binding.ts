/** One editor for one Y.XmlFragment: created, used, closed. Knows neither Solid nor the room session. */
import { Editor, getSchema, type Extensions } from '@tiptap/core';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type * as Y from 'yjs';
import { t } from '../../i18n/messages.ts';
import type { FileRefusal } from '../content/picture-files.ts';
import { createExtensions, schemaExtensions } from './extensions.ts';
import { createCaretPresence } from './presence.ts';
import { isSupported } from './read-body.ts';
import { BodySync } from './sync-plugin.ts';
import { createBodyUndo, type BodyUndo } from './undo.ts';

export interface DocumentBindingOptions {
  readonly element: HTMLElement;
  readonly body: Y.XmlFragment;
  readonly presence: RoomPresence;
  readonly canWrite: boolean;
  readonly autofocus?: boolean;
  /** Menus, finding and the like; they add no nodes and no marks. */
  readonly tools?: Extensions;
  readonly clock: Clock;
  readonly random: Random;
  /** This person's edit made nodes that exist from `schema` on. */
  readonly onSchema?: (schema: number) => void;
  /** The document now holds something that this version cannot edit. Close the binding and show it read-only. */
  readonly onUnsupported: () => void;
  /** The toolbar is asked for by keyboard. */
  readonly onToolbar: () => void;
  /** The link form is asked for by keyboard. */
  readonly onLink: () => void;
  /** A file was pasted, dropped or chosen that the document cannot hold. */
  readonly onFileRefused: (refusal: FileRefusal) => void;
}

export interface DocumentBinding {
  readonly editor: Editor;
  readonly undo: BodyUndo;
  setCanWrite(canWrite: boolean): void;
  /** Idempotent. Leaves the Y.Doc as it is. */
  close(): void;
}

/** From this many blocks on, those out of sight are not laid out (content.css). */
const LONG_DOCUMENT = 400;

/** Opening, receiving and closing write nothing, whatever the role. */
export function createDocumentBinding(options: DocumentBindingOptions): DocumentBinding {
  let canWrite = options.canWrite;
  const sync: BodySync = new BodySync({
    body: options.body,
    canWrite: () => canWrite,
    isUndo: (origin) => undo.isOrigin(origin),
    ...(options.onSchema === undefined ? {} : { onSchema: options.onSchema }),
    // the plugin's view is still being built when this comes at opening
    onUnsupported: () => queueMicrotask(options.onUnsupported),
  });
  const undo: BodyUndo = createBodyUndo(sync, () => canWrite);
  const carets = createCaretPresence(options.presence, options.clock, options.random);
  const editor = new Editor({
    element: options.element,
    extensions: createExtensions({
      sync,
      undo,
      carets,
      clock: options.clock,
      onToolbar: options.onToolbar,
      onLink: options.onLink,
      onFileRefused: options.onFileRefused,
      tools: options.tools ?? [],
    }),
    editable: canWrite,
    injectCSS: false,
    // Markdown is read as a whole (paste/paste.ts), not by its signs one by one
    enablePasteRules: ['link'],
    autofocus: options.autofocus === true && canWrite ? 'start' : false,
    // looks through the document after every letter for listeners that nobody has
    enableCoreExtensions: { delete: false },
    coreExtensionOptions: { tabindex: { value: '0' } },
    editorProps: {
      attributes: attributesFor(canWrite),
    },
  });
  const markEmpty = () => {
    const { childCount, firstChild } = editor.state.doc;
    const isEmpty = childCount === 1 && firstChild?.type.name === 'paragraph' && firstChild.content.size === 0;
    options.element.toggleAttribute('data-empty', isEmpty);
    options.element.toggleAttribute('data-long', childCount > LONG_DOCUMENT);
  };
  editor.on('transaction', markEmpty);
  markEmpty();
  let isClosed = false;
  return {
    editor,
    undo,
    setCanWrite: (next) => {
      if (isClosed || next === canWrite) return;
      canWrite = next;
      editor.setEditable(next, false);
      editor.view.setProps({ attributes: attributesFor(next) });
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      canWrite = false;
      carets.close();
      editor.destroy();
      undo.close();
    },
  };
}

const attributesFor = (canWrite: boolean): Record<string, string> => ({
  class: 'document-text',
  role: 'textbox',
  'aria-label': t('document.text'),
  'aria-multiline': 'true',
  'aria-readonly': String(!canWrite),
  spellcheck: String(canWrite),
});

const schema = getSchema(schemaExtensions);

/** Whether this version can edit the document without damaging what a newer one wrote. Reads only. */
export const canBind = (body: Y.XmlFragment): boolean => isSupported(body, schema);
