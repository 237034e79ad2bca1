import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { editText, readText } from '@vicinal/shared/room/text-lines.ts';
import * as Y from 'yjs';
import { parseTrace, readTrace, type Trace } from './trace.ts';

const traces = join(import.meta.dirname, '../bench/traces');
const NAMES = ['sveltecomponent', 'rustcode', 'friendsforever_flat', 'clownschool.concurrent'] as const;

async function load(name: string): Promise<Trace> {
  const trace = await readTrace(join(traces, `${name}.json.gz`));
  if (!trace.ok) throw new Error(trace.error);
  return trace.value;
}

describe('traces', () => {
  test.each(NAMES)(
    'PEER-10 %s ends in its endContent, as a string and as paragraphs',
    async (name) => {
      const trace = await load(name);
      let text = trace.startContent;
      const doc = new Y.Doc({ gc: false });
      const edit = editText(contentBody(doc));
      let patches = 0;
      const chunk = 2000;
      for (let from = 0; from < trace.steps.length; from += chunk) {
        doc.transact(() => {
          for (const step of trace.steps.slice(from, from + chunk)) {
            for (const [index, deleted, inserted] of step.patches) {
              text = text.slice(0, index) + inserted + text.slice(index + deleted);
              edit.replace(index, deleted, inserted);
              patches++;
            }
          }
        });
      }
      expect(patches).toBeGreaterThan(19_000);
      expect(text).toBe(trace.endContent);
      expect(readText(contentBody(doc))).toBe(trace.endContent);
    },
    60_000,
  );

  test('PEER-10 a concurrent trace is brought into one order by what each edit was made on', () => {
    const txns = [
      { agent: 0, parents: [], time: '2023-11-22T04:49:00Z', patches: [[0, 0, 'one two']] },
      { agent: 0, parents: [0], time: '2023-11-22T04:49:01Z', patches: [[0, 3, 'three']] },
      {
        agent: 1,
        parents: [0],
        time: '2023-11-22T04:49:01Z',
        patches: [
          [7, 0, '!'],
          [4, 1, 'T'],
        ],
      },
      { agent: 1, parents: [1, 2], time: '2023-11-22T04:49:02Z', patches: [[10, 0, '?']] },
    ];
    const parsed = parseTrace({ kind: 'concurrent', numAgents: 2, endContent: 'three Two!?', txns });
    const trace = parsed.ok ? parsed.value : undefined;
    let text = '';
    for (const { patches } of trace?.steps ?? [])
      for (const [index, deleted, inserted] of patches)
        text = text.slice(0, index) + inserted + text.slice(index + deleted);
    expect(trace?.writers).toBe(2);
    expect(text).toBe('three Two!?');
  });

  test.each([
    ['no object', 7, 'neither a sequential nor a concurrent one'],
    [
      'an edit outside the text',
      { startContent: '', endContent: 'x', txns: [{ time: '', patches: [[1, 0, 'x']] }] },
      'transaction 0 edits outside the text',
    ],
    ['another end', { startContent: '', endContent: 'x', txns: [] }, 'its edits do not end in its endContent'],
    [
      'a character of two units',
      { startContent: '', endContent: '🌊', txns: [{ time: '', patches: [[0, 0, '🌊']] }] },
      'characters beyond U+FFFF are not supported',
    ],
    [
      'a parent that comes later',
      { kind: 'concurrent', numAgents: 1, endContent: '', txns: [{ agent: 0, parents: [3], time: '', patches: [] }] },
      'transaction 0 comes after one that is not there yet',
    ],
  ])('PEER-11 %s is refused with a reason', (_, json, reason) => {
    expect(parseTrace(json)).toEqual({ ok: false, error: reason });
  });

  test('PEER-11 a file that is not there, or no JSON, is refused with a reason', async () => {
    const missing = await readTrace(join(traces, 'none.json.gz'));
    const text = await readTrace(join(traces, 'README.md'));
    expect([missing, text].map((each) => (each.ok ? '' : each.error.replaceAll(`${traces}/`, '')))).toEqual([
      expect.stringContaining('none.json.gz cannot be read'),
      'README.md holds no JSON',
    ]);
  });
});
