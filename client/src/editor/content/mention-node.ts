/** Mentions of people: a name inside a line that is one thing to the caret. What means nobody is shown as text. */
import { getTextBetween, getTextSerializersFromSchema, Node } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { UserId } from '@vicinal/shared/ids.ts';
import { mentionText, readMentionId, readMentionLabel, readMentionUser } from '@vicinal/shared/room/mention.ts';

declare module '@tiptap/core' {
  interface Storage {
    mention: MentionStorage;
  }
}

export interface MentionStorage {
  /** Who reads; their own mentions stand out. */
  self: UserId | undefined;
}

export const Mention = Node.create<object, MentionStorage>({
  name: 'mention',
  group: 'inline',
  inline: true,
  atom: true,
  selectable: false,

  addStorage: () => ({ self: undefined }),

  addAttributes: () => ({
    user: { default: null },
    label: { default: null },
    id: { default: null },
  }),

  parseHTML: () => [
    {
      tag: 'span[data-mention]',
      getAttrs: (element) => {
        const user = readMentionUser(element.getAttribute('data-mention'));
        const label = readMentionLabel((element.textContent ?? '').replace(/^\s*@/, ''));
        if (user === undefined || label === '') return false;
        // a copy keeps the id: it tells nobody again
        return { user, label, id: readMentionId(element.getAttribute('data-mention-id')) ?? null };
      },
    },
  ],

  renderHTML: ({ node: { attrs } }) => {
    const user = readMentionUser(attrs['user']);
    const id = readMentionId(attrs['id']);
    return [
      'span',
      user === undefined ? {} : { 'data-mention': user, ...(id === undefined ? {} : { 'data-mention-id': id }) },
      mentionText(attrs),
    ];
  },

  // one sign for one position: rules that read while typing count on it
  renderText: () => '\ufffc',

  addNodeView() {
    return ({ node, editor }) => {
      const dom = document.createElement('span');
      const user = readMentionUser(node.attrs['user']);
      if (user !== undefined) dom.className = user === editor.storage.mention.self ? 'mention mention-own' : 'mention';
      dom.textContent = mentionText(node.attrs);
      return { dom };
    };
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        key: new PluginKey('mention-text'),
        props: {
          // as Tiptap's own, with the names
          clipboardTextSerializer: () => {
            const { doc, selection, schema } = editor.state;
            const textSerializers = {
              ...getTextSerializersFromSchema(schema),
              mention: ({ node }: { node: { readonly attrs: Readonly<Record<string, unknown>> } }) =>
                mentionText(node.attrs),
            };
            return [...selection.ranges]
              .toSorted((a, b) => a.$from.pos - b.$from.pos)
              .map(({ $from, $to }) => getTextBetween(doc, { from: $from.pos, to: $to.pos }, { textSerializers }))
              .join('\n\n');
          },
        },
      }),
    ];
  },
});
