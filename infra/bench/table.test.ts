import { expect, test } from 'vitest';
import { formatTable, insertTable, type DatedRow } from './table.ts';

const row: DatedRow = {
  id: 'connect',
  metric: 'join | text',
  unit: 'ms',
  rounds: 3,
  ours: { min: 1, median: 123.4, p95: 200, p99: 201, max: 202 },
  peer: { min: 2, median: 246.8, p95: 400, p99: 401, max: 402, name: 'other', version: '1.0.0', configuration: 'best' },
  ratio: 0.5,
  goal: '≤ 0.6×',
  met: true,
  failures: { ours: 0, peer: 2 },
  date: '2026-11-21',
  machine: 'linux x64',
  isQuick: false,
};

test('says what was measured, when and where, failures included', () => {
  const lines = formatTable([row]).split('\n');
  expect(lines[0]).toContain('2026-11-21, linux x64');
  expect(lines.at(-1)).toBe(
    '| `connect` join \\| text | other 1.0.0 (best) | 123 ms (200, 201) | 247 ms (400, 401) | 0.50 | ≤ 0.6×: met | ours 0, peer 2 |',
  );
  expect(formatTable([{ ...row, isQuick: true }])).toContain('| `connect` (quick) join');
});

test('replaces what stands between its markers and nothing else', () => {
  const begin = '<!-- bench: written by `npm run bench -- --readme FILE` -->';
  const text = `before\n${begin}\nold\n<!-- /bench -->\nafter\n`;
  const once = insertTable(text, [row]);
  expect(once).toBe(`before\n${begin}\n${formatTable([row])}\n<!-- /bench -->\nafter\n`);
  expect(insertTable(once, [row])).toBe(once);
  expect(() => insertTable('no markers', [row])).toThrow(TypeError);
});
