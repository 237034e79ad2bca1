/** Links open in a new tab: with Control or Command and a click while writing, with a plain click for a reader. */
import { Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { isSafeUrl } from '@vicinal/shared/room/html.ts';

export const FollowLink = Extension.create({
  name: 'followLink',
  addProseMirrorPlugins: () => [
    new Plugin({
      key: new PluginKey('follow-link'),
      props: {
        handleDOMEvents: {
          click: (view, event) => {
            const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
            const href = link?.getAttribute('href') ?? '';
            if (event.button !== 0 || !isSafeUrl(href)) return false;
            if (view.editable && !event.ctrlKey && !event.metaKey) return false;
            event.preventDefault();
            window.open(href, '_blank', 'noopener,noreferrer');
            return true;
          },
        },
      },
    }),
  ],
});
