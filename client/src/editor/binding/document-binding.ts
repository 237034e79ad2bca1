/** One editor for one Y.XmlFragment: created, used, closed. Knows neither Solid nor the room session. */
import { Editor, getSchema } from '@tiptap/core';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type * as Y from 'yjs';
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
  readonly clock: Clock;
  readonly random: Random;
  /** The document now holds something that this version cannot edit. Close the binding and show it read-only. */
  readonly onUnsupported: () => void;
  /** The toolbar is asked for by keyboard. */
  readonly onToolbar: () => void;
  /** The link form is asked for by keyboard. */
  readonly onLink: () => void;
  /** Files were pasted or dropped, which documents cannot hold yet. */
  readonly onFilesRefused: () => void;
}

export interface DocumentBinding {
  readonly editor: Editor;
  readonly undo: BodyUndo;
  setCanWrite(canWrite: boolean): void;
  /** Idempotent. Leaves the Y.Doc as it is. */
  close(): void;
}

/** Accessible name of the text; part of the contract for automated trying. */
export const EDITOR_LABEL = 'Document text';

/** Opening, receiving and closing write nothing, whatever the role. */
export function createDocumentBinding(options: DocumentBindingOptions): DocumentBinding {
  let canWrite = options.canWrite;
  const sync: BodySync = new BodySync({
    body: options.body,
    canWrite: () => canWrite,
    isUndo: (origin) => undo.isOrigin(origin),
    // the plugin's view is still being built when this comes at opening
    onUnsupported: () => queueMicrotask(options.onUnsupported),
  });
  const undo: BodyUndo = createBodyUndo(sync, () => canWrite);
  const carets = createCaretPresence(options.presence, options.clock, options.random);
  const refuseFiles = (files: FileList | undefined, html: string | undefined): boolean => {
    if (!files?.length || html) return false;
    options.onFilesRefused();
    return true;
  };
  const editor = new Editor({
    element: options.element,
    extensions: createExtensions({ sync, undo, carets, onToolbar: options.onToolbar, onLink: options.onLink }),
    editable: canWrite,
    injectCSS: false,
    autofocus: options.autofocus === true && canWrite ? 'start' : false,
    coreExtensionOptions: { tabindex: { value: '0' } },
    editorProps: {
      attributes: attributesFor(canWrite),
      handlePaste: (_, event) => refuseFiles(event.clipboardData?.files, event.clipboardData?.getData('text/html')),
      handleDrop: (_, event) => refuseFiles(event.dataTransfer?.files, event.dataTransfer?.getData('text/html')),
    },
  });
  const markEmpty = () => {
    const { childCount, firstChild } = editor.state.doc;
    const isEmpty = childCount === 1 && firstChild?.type.name === 'paragraph' && firstChild.content.size === 0;
    options.element.toggleAttribute('data-empty', isEmpty);
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
  'aria-label': EDITOR_LABEL,
  'aria-multiline': 'true',
  'aria-readonly': String(!canWrite),
  spellcheck: String(canWrite),
});

const schema = getSchema(schemaExtensions);

/** Whether this version can edit the document without damaging what a newer one wrote. Reads only. */
export const canBind = (body: Y.XmlFragment): boolean => isSupported(body, schema);
