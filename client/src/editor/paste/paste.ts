/** What happens to text and HTML on its way from the clipboard into the document. */
import { Extension } from '@tiptap/core';
import { DOMParser as SchemaParser, Slice, type Schema } from '@tiptap/pm/model';
import { Plugin, PluginKey, Selection, TextSelection } from '@tiptap/pm/state';
import { CellSelection } from '@tiptap/pm/tables';
import type { EditorView } from '@tiptap/pm/view';
import { encodePicture } from '../content/encode-picture.ts';
import type { FileRefusal } from '../content/picture-files.ts';
import { cleanHtml } from './clean-html.ts';
import { looksLikeMarkdown } from './looks-like-markdown.ts';

type ReadMarkdown = (text: string) => string;

/** A paste that waits for the reader of Markdown. */
interface Late {
  readonly place: number;
  readonly text: string;
}
const lateKey = new PluginKey<Late | undefined>('content-paste');
/** How long a paste waits for the reader. */
const LOAD_WAIT_MS = 1000;

export interface PasteOptions {
  readonly onRefused: (refusal: FileRefusal) => void;
  /** Fetches the reader of Markdown, which gives clean HTML; called for the first paste that needs it. */
  readonly loadMarkdown: () => Promise<ReadMarkdown>;
}

export const Paste = Extension.create<PasteOptions>({
  name: 'contentPaste',
  // before the code blocks' and the tables' own
  priority: 950,
  addOptions: () => ({
    onRefused: () => undefined,
    loadMarkdown: async () => (await import('./markdown-to-html.ts')).markdownToHtml,
  }),
  addProseMirrorPlugins() {
    return [createPastePlugin(this.options)];
  },
});

function createPastePlugin({ onRefused, loadMarkdown }: PasteOptions): Plugin {
  /** The paste being handled is one without formatting. Set while its text is read, just before it is handled. */
  let isPlain = false;
  let areDrawn = false;
  /** Markdown that the paste or drop being handled brought, while its reader is not here. */
  let unread: string | undefined;
  /** The same text is pasted once more, now that the reader is here or cannot be had in time. */
  let isLate = false;
  /** Pictures that were copied here last. */
  let copied: ReadonlySet<string> = new Set();
  /** Pictures that were drawn again for the paste being handled. */
  let drawn: ReadonlySet<string> = new Set();
  let readMarkdown: ReadMarkdown | undefined;
  const load = async (): Promise<void> => {
    readMarkdown ??= await loadMarkdown().catch(() => undefined);
  };
  /** Takes what is selected away now, and pastes where it was: as it is where the reader cannot be had in time. */
  const pasteLate = async (view: EditorView, text: string, at?: number): Promise<void> => {
    if (lateKey.getState(view.state) !== undefined) {
      view.pasteText(text);
      return;
    }
    const { tr } = view.state;
    if (at === undefined) tr.deleteSelection();
    view.dispatch(tr.setMeta(lateKey, { place: at ?? tr.selection.from, text }));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOAD_WAIT_MS);
    });
    await Promise.race([load(), tooLate]);
    clearTimeout(timer);
    if (!view.isDestroyed) pasteThere(view);
  };
  const pasteThere = (view: EditorView): void => {
    const late = lateKey.getState(view.state);
    if (!late) return;
    view.dispatch(view.state.tr.setMeta(lateKey, 'over'));
    if (!view.editable) return;
    const { selection } = view.state;
    const isThere = selection.empty && selection.from === late.place;
    if (!isThere) view.dispatch(view.state.tr.setSelection(Selection.near(view.state.doc.resolve(late.place))));
    const before = view.state.doc.content.size;
    isLate = true;
    try {
      view.pasteText(late.text);
    } finally {
      isLate = false;
    }
    if (isThere) return;
    // whoever moved on meanwhile stays where they are
    const grown = view.state.doc.content.size - before;
    const place = (position: number): number => (position < late.place ? position : position + grown);
    const { anchor, head } = selection;
    const { doc } = view.state;
    view.dispatch(
      view.state.tr.setSelection(TextSelection.between(doc.resolve(place(anchor)), doc.resolve(place(head)))),
    );
  };
  /** Not that of an event that other plugins took, or that brings no text. */
  const takeUnread = (view: EditorView, data: DataTransfer | null, at?: number): boolean => {
    const text = unread;
    unread = undefined;
    if (text === undefined || !data?.types.includes('text/plain')) return false;
    void pasteLate(view, text, at);
    return true;
  };
  const keepsPicture = (source: string) => drawn.has(source) || copied.has(source);
  const pasteHtml = async (view: EditorView, html: string) => {
    const again = await drawPictures(html, copied, onRefused);
    if (view.isDestroyed || !view.editable) return;
    areDrawn = true;
    drawn = again.pictures;
    try {
      view.pasteHTML(again.html);
    } finally {
      areDrawn = false;
      drawn = new Set();
    }
  };
  return new Plugin<Late | undefined>({
    key: lateKey,
    state: {
      init: () => undefined,
      apply: (tr, late) => {
        const change = tr.getMeta(lateKey) as Late | 'over' | undefined; // set above alone
        if (change === 'over') return undefined;
        return change ?? (late && { ...late, place: tr.mapping.map(late.place) });
      },
    },
    props: {
      transformCopied: (slice) => {
        copied = picturesOf(slice);
        return slice;
      },
      transformPastedHTML: (html) => {
        unread = undefined;
        const clean = cleanHtml(html, { keepsPicture });
        const areToBeDrawn = !areDrawn && sourcesIn(html, copied).length > 0;
        if (clean.picturesLeftOut > 0 && !areToBeDrawn) onRefused('picture-elsewhere');
        return clean.html;
      },
      clipboardTextParser: (text, $context, plain, view) => {
        isPlain = plain && !isLate;
        const isRead = !isPlain && !$context.parent.type.spec.code && looksLikeMarkdown(text);
        // one that waits is enough: what is pasted behind it comes as it is
        const mayWait = !isLate && lateKey.getState(view.state) === undefined;
        unread = isRead && readMarkdown === undefined && mayWait ? text : undefined;
        // no slice: the text is pasted as it is
        if (!isRead || readMarkdown === undefined) return undefined as unknown as Slice;
        return sliceOf(readMarkdown(text), view.state.schema);
      },
      handlePaste: (view, event, slice) => {
        const wasPlain = isPlain;
        isPlain = false;
        if (takeUnread(view, event.clipboardData)) return true;
        if (wasPlain && !(view.state.selection instanceof CellSelection)) {
          // without the marks of a paste, nothing is read into it afterwards
          view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView());
          return true;
        }
        const html = event.clipboardData?.getData('text/html') ?? '';
        if (!areDrawn && sourcesIn(html, copied).length > 0) {
          void pasteHtml(view, html);
          return true;
        }
        return pasteCode(view, event.clipboardData, pasteLate) || pasteDespite(view, event.clipboardData);
      },
      handleDrop: (view, event, _slice, moved) => {
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.to;
        return !moved && takeUnread(view, event.dataTransfer, at);
      },
    },
  });
}

function picturesOf(slice: Slice): ReadonlySet<string> {
  const out = new Set<string>();
  slice.content.descendants((node) => {
    const source: unknown = node.attrs['src'];
    if (typeof source === 'string') out.add(source);
  });
  return out;
}

/** Pictures that stand in `html` itself and are not `own`. */
function sourcesIn(html: string, own: ReadonlySet<string>): readonly string[] {
  if (!/<img/i.test(html)) return [];
  const found = new Set(html.match(/data:image\/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=]+/gi) ?? []);
  return [...found].filter((source) => !own.has(source));
}

/** Pictures inside pasted HTML are drawn again like those that come as files. */
async function drawPictures(
  html: string,
  own: ReadonlySet<string>,
  onRefused: (refusal: FileRefusal) => void,
): Promise<{ readonly html: string; readonly pictures: ReadonlySet<string> }> {
  const pictures = new Set<string>();
  let out = html;
  for (const source of sourcesIn(html, own)) {
    const again = await encodePicture(blobOf(source));
    if (again.ok) pictures.add(again.value);
    else onRefused(again.error);
    out = out.replaceAll(source, again.ok ? again.value : 'data:,');
  }
  return { html: out, pictures };
}

function blobOf(source: string): Blob {
  const [head = '', data = ''] = source.split(',');
  try {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return new Blob([bytes], { type: /:([^;]+)/.exec(head)?.[1] ?? '' });
  } catch {
    // not base64: a file of no kind, which is refused as such
    return new Blob([]);
  }
}

/** Code from an editor of code: lines become a block in its language, a piece of a line stays text. */
function pasteCode(
  view: EditorView,
  data: DataTransfer | null,
  pasteLate: (view: EditorView, text: string) => Promise<void>,
): boolean {
  const text = data?.getData('text/plain') ?? '';
  const mode = readMode(data?.getData('vscode-editor-data') ?? '');
  const { state } = view;
  if (text === '' || mode === undefined || state.selection.$from.parent.type.spec.code) return false;
  const { codeBlock } = state.schema.nodes;
  if (mode === 'markdown' && looksLikeMarkdown(text)) {
    void pasteLate(view, text);
    return true;
  }
  const lines = text.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '');
  const isCode = codeBlock !== undefined && lines.includes('\n') && !/^(?:plaintext|markdown)$/.test(mode);
  if (isCode)
    view.dispatch(
      state.tr.replaceSelectionWith(codeBlock.create({ language: mode }, state.schema.text(lines))).scrollIntoView(),
    );
  else view.pasteText(text);
  return true;
}

/** The code blocks' own handling of such pastes throws on what is no JSON. */
function pasteDespite(view: EditorView, data: DataTransfer | null): boolean {
  const json = data?.getData('vscode-editor-data') ?? '';
  if (!data || json === '' || readMode(json) !== undefined) return false;
  const text = data.getData('text/plain');
  return text === '' ? view.pasteHTML(data.getData('text/html')) : view.pasteText(text);
}

function readMode(json: string): string | undefined {
  if (json === '') return undefined;
  try {
    const value: unknown = JSON.parse(json);
    const mode: unknown = typeof value === 'object' && value !== null && 'mode' in value ? value.mode : undefined;
    return typeof mode === 'string' && /^[\w+#.-]{1,32}$/.test(mode) ? mode : undefined;
  } catch {
    // any page can put anything there
    return undefined;
  }
}

function sliceOf(html: string, schema: Schema): Slice {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  return Slice.maxOpen(SchemaParser.fromSchema(schema).parseSlice(body).content, true);
}
