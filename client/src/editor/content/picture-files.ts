/** Pictures that come as files: pasted, dropped or chosen. Other files are refused in words. */
import { Extension, type Editor } from '@tiptap/core';
import { NodeSelection, Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { encodePicture, isPicture, PICTURE_TYPES, type PictureProblem } from './encode-picture.ts';

/** Why a file is not in the document. Stable: the notice carries it. */
export type FileRefusal = PictureProblem | 'picture-elsewhere' | 'file-refused';

export interface PictureFilesOptions {
  readonly onRefused: (refusal: FileRefusal) => void;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    pictureFiles: {
      /** Asks for pictures and puts them at the selection. */
      pickPictures: () => ReturnType;
    };
  }
}

/** Follows where the pictures go while they are being made smaller and others write. */
const placesKey = new PluginKey<ReadonlyMap<object, number>>('picture-places');
type PlaceChange = { readonly add: object; readonly at: number } | { readonly remove: object };

export const PictureFiles = Extension.create<PictureFilesOptions>({
  name: 'pictureFiles',
  priority: 900,
  addOptions: () => ({ onRefused: () => undefined }),

  addCommands() {
    return {
      pickPictures:
        () =>
        ({ editor }) => {
          if (!editor.isEditable) return false;
          pick((files) => void insertFiles(editor, files, undefined, this.options.onRefused));
          return true;
        },
    };
  },

  addProseMirrorPlugins() {
    const { editor, options } = this;
    const take = (transfer: DataTransfer | null, at: number | undefined): boolean => {
      if (!transfer || transfer.files.length === 0 || holdsText(transfer)) return false;
      void insertFiles(editor, [...transfer.files], at, options.onRefused);
      return true;
    };
    return [
      new Plugin<ReadonlyMap<object, number>>({
        key: placesKey,
        state: {
          init: () => new Map(),
          apply: (transaction, places) => {
            // set only by insertFiles below
            const change = transaction.getMeta(placesKey) as PlaceChange | undefined;
            if (!change && (!transaction.docChanged || places.size === 0)) return places;
            const next = new Map([...places].map(([key, at]) => [key, transaction.mapping.map(at)]));
            if (change && 'add' in change) next.set(change.add, change.at);
            else if (change) next.delete(change.remove);
            return next;
          },
        },
        props: {
          handlePaste: (_, event) => take(event.clipboardData, undefined),
          handleDrop: (view, event) => take(event.dataTransfer, dropPlace(view, event)),
        },
      }),
    ];
  },
});

/** A browser copies a picture together with HTML that names it; a word processor copies its text and a picture of it. */
function holdsText(transfer: DataTransfer): boolean {
  if (transfer.getData('text/plain').trim() !== '') return true;
  const html = transfer.getData('text/html').replaceAll(/<style[^]*?<\/style>|<!--[^]*?-->|<[^>]*>/gi, '');
  return html.trim() !== '';
}

const dropPlace = (view: EditorView, event: DragEvent): number | undefined =>
  view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;

async function insertFiles(
  editor: Editor,
  files: readonly File[],
  at: number | undefined,
  onRefused: (refusal: FileRefusal) => void,
): Promise<void> {
  if (!editor.isEditable) return;
  const place = {};
  const change = (value: PlaceChange) => editor.view.dispatch(editor.state.tr.setMeta(placesKey, value));
  change({ add: place, at: at ?? insertionPlace(editor.state) });
  const pictures: { src: string; alt: string }[] = [];
  for (const file of files) {
    if (!isPicture(file)) {
      onRefused('file-refused');
      continue;
    }
    const encoded = await encodePicture(file);
    if (encoded.ok) pictures.push({ src: encoded.value, alt: '' });
    else onRefused(encoded.error);
  }
  if (editor.isDestroyed) return;
  const position = placeOf(editor.state, place);
  change({ remove: place });
  if (pictures.length === 0 || position === undefined || !editor.isEditable) return;
  editor.chain().focus(position, { scrollIntoView: false }).insertPictures(pictures).scrollIntoView().run();
}

/** Below a selected picture, not above it. */
const insertionPlace = ({ selection }: EditorState): number =>
  selection instanceof NodeSelection ? selection.to : selection.from;

function placeOf(state: EditorState, place: object): number | undefined {
  const at = placesKey.getState(state)?.get(place);
  return at === undefined ? undefined : Math.min(at, state.doc.content.size);
}

function pick(onFiles: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = PICTURE_TYPES;
  input.multiple = true;
  input.addEventListener('change', () => onFiles([...(input.files ?? [])]), { once: true });
  input.click();
}
