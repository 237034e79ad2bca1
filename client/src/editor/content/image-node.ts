/** Pictures: a block of their own, held in the document, drawn from the bytes alone. */
import { mergeAttributes, Node } from '@tiptap/core';
import { isSafeImageSource, readAlt } from '@vicinal/shared/room/html-images.ts';
import { createImageView } from './image-view.ts';
import { writeBelow } from './write-below.ts';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    picture: {
      /** Puts pictures that are ready to be stored at the selection, and the caret below them. */
      insertPictures: (pictures: readonly { readonly src: string; readonly alt: string }[]) => ReturnType;
      /** Describes the selected picture. */
      describePicture: (alt: string) => ReturnType;
    };
  }
}

export const Image = Node.create({
  name: 'image',
  group: 'block',
  atom: true,
  draggable: true,

  addAttributes: () => ({
    src: { default: null },
    alt: { default: null },
  }),

  parseHTML: () => [
    {
      tag: 'img[src]',
      getAttrs: (element) => {
        const src = element.getAttribute('src');
        return isSafeImageSource(src) ? { src, alt: readAlt(element.getAttribute('alt')) || null } : false;
      },
    },
  ],

  renderHTML: ({ HTMLAttributes: { src, alt } }) => [
    'img',
    mergeAttributes({ alt: readAlt(alt) }, isSafeImageSource(src) ? { src } : {}),
  ],

  addNodeView: () => createImageView,

  addCommands() {
    return {
      insertPictures:
        (pictures) =>
        ({ commands, tr, dispatch }) => {
          const isIn = commands.insertContent(
            pictures.map(({ src, alt }) => ({ type: this.name, attrs: { src, alt: readAlt(alt) || null } })),
          );
          if (isIn && dispatch) writeBelow(tr);
          return isIn;
        },
      describePicture:
        (alt) =>
        ({ commands, state }) =>
          'node' in state.selection && commands.updateAttributes(this.name, { alt: readAlt(alt) || null }),
    };
  },
});
