/** Links: only http, https and mailto, wherever the address comes from. The stored form is `link: { href }`. */
import { getMarkRange, InputRule, Mark, markPasteRule } from '@tiptap/core';
import type { MarkType } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { isSafeUrl } from '@vicinal/shared/room/html.ts';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    safeLink: {
      /**
       * Links the selection, or the link around the caret, and with `text` puts that in its place. False for an address
       * that is not allowed.
       */
      linkTo: (address: string, text?: string) => ReturnType;
      unlink: () => ReturnType;
    };
  }
}

const ADDRESS = String.raw`(?:https?:\/\/|www\.)[^\s<>"']{2,2000}`;

/** What a person typed or pasted as an address; `undefined` when it cannot become a safe link. */
export function toHref(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || /\s/.test(trimmed)) return undefined;
  const candidates = [
    trimmed,
    ...(/^[\w.+-]+@[\w-]+\.[\w.-]+$/.test(trimmed) ? [`mailto:${trimmed}`] : [`https://${trimmed}`]),
  ];
  // "example.com:8080" reads as a scheme, so a bare host gets its scheme before anything is refused
  return candidates.find((candidate) => isSafeUrl(candidate) && URL.canParse(candidate) && hasHost(candidate));
}

function hasHost(href: string): boolean {
  const { protocol, hostname } = new URL(href);
  return protocol === 'mailto:' || hostname === 'localhost' || /[.:]/.test(hostname);
}

/** What a change of link applies to: the selected words of one line, or the link around the caret. */
export function linkRange(state: EditorState): { from: number; to: number } | undefined {
  const { $from, $to, empty, from, to } = state.selection;
  const type = state.schema.marks['link'];
  const around = type && getMarkRange($from, type);
  const range = around && around.to >= to ? around : empty ? undefined : { from, to };
  return range && $from.sameParent($to) && $from.parent.isTextblock ? { from: range.from, to: range.to } : undefined;
}

const TYPED_ADDRESS = new RegExp(String.raw`(?:^|[\s(])(${ADDRESS})`);

/** Links the address that `match` found from `from` on. False when there is nothing to link. */
function linkAddress(tr: Transaction, from: number, to: number, match: RegExpMatchArray, type: MarkType): boolean {
  const address = trimAddress(match[1] ?? '');
  const href = toHref(address);
  const start = from + match[0].indexOf(address);
  if (!href || tr.doc.rangeHasMark(from, to, type) || !tr.doc.resolve(start).parent.type.allowsMarkType(type))
    return false;
  tr.addMark(start, start + address.length, type.create({ href }));
  return true;
}

/** Sentence punctuation after an address is not part of it. */
const trimAddress = (text: string): string => text.replace(/[.,;:!?)\]}'"]+$/, '');

export const Link = Mark.create({
  name: 'link',
  priority: 1000,
  keepOnSplit: false,
  inclusive: false,
  exitable: true,

  addAttributes: () => ({ href: { default: null } }),

  parseHTML: () => [
    {
      tag: 'a[href]',
      getAttrs: (element) => {
        const href = element.getAttribute('href')?.trim() ?? '';
        return isSafeUrl(href) ? { href } : false;
      },
    },
  ],

  renderHTML: ({ mark }) => {
    const href: unknown = mark.attrs['href'];
    const safe = typeof href === 'string' && isSafeUrl(href) ? { href, title: href } : {};
    return ['a', { ...safe, target: '_blank', rel: 'noopener noreferrer nofollow' }, 0];
  },

  addCommands() {
    return {
      linkTo:
        (address, text) =>
        ({ chain, state }) => {
          const href = toHref(address);
          if (href === undefined) return false;
          const range = text === undefined ? undefined : linkRange(state);
          if (text === undefined || !range)
            return chain().extendMarkRange(this.name).setMark(this.name, { href }).run();
          return chain()
            .setTextSelection(range)
            .command(({ tr, dispatch }) => {
              dispatch?.(tr.insertText(text, range.from, range.to));
              return true;
            })
            .setTextSelection({ from: range.from, to: range.from + text.length })
            .setMark(this.name, { href })
            .run();
        },
      unlink:
        () =>
        ({ chain }) =>
          chain().extendMarkRange(this.name).unsetMark(this.name).run(),
    };
  },

  addInputRules() {
    return [
      new InputRule({
        find: /(?<![!\\])\[([^[\]]{1,500})\]\(([^\s()]{1,2000})\)$/,
        handler: ({ state: { tr, schema }, range, match }) => {
          const [, words = '', address = ''] = match;
          const href = toHref(address);
          if (href === undefined) return null;
          const link = this.type.create({ href });
          const marks = link.addToSet(tr.doc.resolve(range.from + 1).marks());
          tr.replaceWith(range.from, range.to, schema.text(words, marks)).removeStoredMark(this.type);
          return undefined;
        },
      }),
      new InputRule({
        find: new RegExp(`${TYPED_ADDRESS.source} $`),
        handler: ({ state: { tr }, range, match }) => {
          if (!linkAddress(tr, range.from, range.to, match, this.type)) return null;
          // the rule swallowed the space that ended the address
          tr.insertText(' ', range.to).removeStoredMark(this.type);
          return undefined;
        },
      }),
    ];
  },

  addKeyboardShortcuts() {
    return {
      Enter: ({ editor: { state, view } }) => {
        const { $from, empty } = state.selection;
        if (!empty || $from.parent.type.spec.code) return false;
        const text = $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc');
        const match = new RegExp(`${TYPED_ADDRESS.source}$`).exec(text);
        const { tr } = state;
        if (match && linkAddress(tr, $from.pos - match[0].length, $from.pos, match, this.type)) view.dispatch(tr);
        return false;
      },
    };
  },

  addPasteRules() {
    return [
      markPasteRule({
        find: new RegExp(ADDRESS, 'g'),
        type: this.type,
        getAttributes: (match) => {
          const href = toHref(match[0]);
          return href === undefined ? false : { href };
        },
      }),
    ];
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: new PluginKey('paste-link'),
        props: {
          handlePaste: (view, event) => {
            const text = event.clipboardData?.getData('text/plain').trim() ?? '';
            if (view.state.selection.empty || !/^(https?:\/\/|mailto:)\S+$/i.test(text)) return false;
            return this.editor.commands.linkTo(text);
          },
        },
      }),
    ];
  },
});
