import { join } from 'node:path';
import { Schema } from '@tiptap/pm/model';
import { EditorState, type Transaction } from '@tiptap/pm/state';
import { afterEach, expect, test } from 'vitest';
import { readTrace } from '../peer/trace.ts';
import { awaitText, driveEditor } from './trace-page.ts';

const schema = new Schema({
  nodes: {
    doc: { content: 'paragraph+' },
    paragraph: { content: 'text*', toDOM: () => ['p', 0] },
    text: {},
  },
});

/** The page as far as the driver sees it: an editor's state behind its element. */
function openPage(): { readonly text: () => string } {
  let state = EditorState.create({ schema });
  const editor = {
    get state() {
      return state;
    },
    view: { dispatch: (tr: Transaction) => void (state = state.apply(tr)) },
  };
  Object.assign(globalThis, { document: { querySelector: () => ({ editor }) } });
  return { text: () => state.doc.textBetween(0, state.doc.content.size, '\n') };
}
afterEach(() => void Reflect.deleteProperty(globalThis, 'document'));

test.each(['sveltecomponent', 'friendsforever_flat', 'clownschool.concurrent'])(
  '%s driven through an editor ends in its endContent',
  async (name) => {
    const trace = await readTrace(join(import.meta.dirname, 'traces', `${name}.json.gz`));
    if (!trace.ok) throw new Error(trace.error);
    const { text } = openPage();
    await driveEditor({ steps: trace.value.steps.map(({ patches }) => patches) });
    expect(text()).toBe(trace.value.endContent);
    expect(await awaitText({ wanted: trace.value.endContent, timeoutMs: 0 })).toBeGreaterThan(0);
  },
  60_000,
);

test('a text that does not come is a failure', async () => {
  openPage();
  await expect(awaitText({ wanted: 'never', timeoutMs: 20 })).rejects.toThrow('0 of 5 characters');
});
