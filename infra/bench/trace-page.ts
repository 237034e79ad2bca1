/** What runs inside a page of either contender: the same Tiptap editor in both, driven by its own transactions. */

/** Set up by {@link installWireMeter}. */
interface MeteredWindow extends Window {
  __benchWire?: { bytes: number; messages: number };
}

/** Of Tiptap: the editor hangs on its element. Typed by what is used, because this runs in the page. */
interface BenchEditor {
  readonly state: {
    readonly doc: BenchNode;
    readonly tr: BenchTransaction;
  };
  readonly view: { dispatch(tr: BenchTransaction): void };
}
interface BenchNode {
  readonly content: { readonly size: number };
  readonly childCount: number;
  child(index: number): { readonly content: { readonly size: number } };
  textBetween(from: number, to: number, separator: string): string;
}
interface BenchTransaction {
  delete(from: number, to: number): BenchTransaction;
  insertText(text: string, at: number): BenchTransaction;
  split(at: number): BenchTransaction;
  readonly doc: BenchNode;
}

/** Init script: counts what the page hands to its data channels. */
export function installWireMeter(): void {
  const page = window as MeteredWindow;
  const wire = { bytes: 0, messages: 0 };
  page.__benchWire = wire;
  const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: never) => void;
  RTCDataChannel.prototype.send = function metered(
    this: RTCDataChannel,
    data: string | Blob | ArrayBuffer | ArrayBufferView,
  ) {
    wire.bytes += typeof data === 'string' ? data.length : data instanceof Blob ? data.size : data.byteLength;
    wire.messages++;
    send.call(this, data as never); // one of its overloads
  };
}

/** In the page: bytes handed to data channels since it was opened. */
export const readWire = (): number => (window as MeteredWindow).__benchWire?.bytes ?? 0;

export interface DriveInput {
  readonly steps: readonly (readonly (readonly [number, number, string])[])[];
  /** Transactions a second; absent: as fast as the page takes them, in slices of 15 ms. */
  readonly rate?: number;
}

/** In the page: one editor transaction for each step. Resolves to the wall time, ms, at which the first was made. */
export async function driveEditor({ steps, rate }: DriveInput): Promise<number> {
  const { editor } = document.querySelector('[contenteditable=true]') as unknown as { editor: BenchEditor };
  const lengths: number[] = [];
  for (let i = 0; i < editor.state.doc.childCount; i++) lengths.push(editor.state.doc.child(i).content.size);
  /** A line break is two positions: the end of one paragraph, the start of the next. */
  const place = (index: number): { line: number; offset: number; position: number } => {
    let before = 0;
    let line = 0;
    while (index - before > (lengths[line] ?? 0)) before += (lengths[line++] ?? 0) + 1;
    return { line, offset: index - before, position: index + line + 1 };
  };
  const apply = (tr: BenchTransaction, [index, deleted, inserted]: readonly [number, number, string]): void => {
    const from = place(index);
    if (deleted > 0) {
      const to = place(index + deleted);
      tr.delete(from.position, to.position);
      lengths.splice(from.line, to.line - from.line + 1, from.offset + (lengths[to.line] ?? 0) - to.offset);
    }
    if (inserted === '') return;
    const parts = inserted.split('\n');
    let { position } = from;
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        tr.split(position);
        position += 2;
      }
      if (part !== '') tr.insertText(part, position);
      position += part.length;
    }
    const tail = (lengths[from.line] ?? 0) - from.offset;
    const sizes = parts.map((part) => part.length);
    sizes[0] = (sizes[0] ?? 0) + from.offset;
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + tail;
    lengths.splice(from.line, 1, ...sizes);
  };
  const startedAt = Date.now();
  let turn = performance.now();
  for (const [i, patches] of steps.entries()) {
    if (rate !== undefined)
      await new Promise((resolve) => setTimeout(resolve, startedAt + (i * 1000) / rate - Date.now()));
    else if (performance.now() - turn > 15) {
      await new Promise<void>((resolve) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          channel.port1.close();
          resolve();
        };
        channel.port2.postMessage(0);
      });
      turn = performance.now();
    }
    const { tr } = editor.state;
    for (const patch of patches) apply(tr, patch);
    editor.view.dispatch(tr);
  }
  return startedAt;
}

/** In the page: resolves to the wall time, ms, at which the editor's text is `wanted`; rejects after `timeoutMs`. */
export async function awaitText({ wanted, timeoutMs }: { wanted: string; timeoutMs: number }): Promise<number> {
  const { editor } = document.querySelector('[contenteditable]') as unknown as { editor: BenchEditor };
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { doc } = editor.state;
    // each of n paragraphs takes two positions more than its text, each of n - 1 line breaks one character
    const isLong = doc.content.size === wanted.length + doc.childCount + 1;
    if (isLong && doc.textBetween(0, doc.content.size, '\n') === wanted) return Date.now();
    if (Date.now() > deadline)
      throw new Error(
        `the text is not there: ${doc.textBetween(0, doc.content.size, '\n').length} of ${wanted.length} characters`,
      );
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** In the page: what the elements say, without carets of others. */
export function readPageText(): string {
  const root = document.querySelector('[contenteditable]')?.cloneNode(true) as Element; // the clone of an element is one
  for (const widget of root.querySelectorAll('.ProseMirror-widget, [class*="caret"], .ProseMirror-separator'))
    widget.remove();
  return [...root.children].map((block) => (block.textContent ?? '').replaceAll('\u2060', '')).join('\n');
}
