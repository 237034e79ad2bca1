/**
 * `npm run bench -- [ID…] [--json FILE] [--quick] [--rounds N]`: ours against peers in the same run.
 * `npm run bench -- --readme FILE` puts the rows that `--json FILE` wrote into the README.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBulk } from './rows/bulk.ts';
import { benchConnect } from './rows/connect.ts';
import { benchKeystrokeLan, benchKeystrokeWan } from './rows/keystroke.ts';
import { benchTraceArchive } from './rows/trace-archive.ts';
import { benchTraceE2e } from './rows/trace-e2e.ts';
import { formatRow, type Row } from './statistics.ts';
import { insertTable, type DatedRow } from './table.ts';

export interface BenchOptions {
  readonly rounds: number;
  /** Small sizes, to see that everything runs. */
  readonly isQuick: boolean;
  readonly say: (line: string) => void;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Row[]>>> = {
  'keystroke-lan': benchKeystrokeLan,
  'keystroke-wan': benchKeystrokeWan,
  connect: benchConnect,
  bulk: benchBulk,
  'trace-e2e': benchTraceE2e,
  'trace-archive': benchTraceArchive,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
    readme: { type: 'string' },
  },
});
if (values.readme !== undefined) {
  const readme = join(import.meta.dirname, '../../README.md');
  const rows = JSON.parse(readFileSync(values.readme, 'utf8')) as DatedRow[]; // what --json wrote
  writeFileSync(readme, insertTable(readFileSync(readme, 'utf8'), rows));
  process.exit(0);
}
const ids = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
const unknown = ids.filter((id) => !Object.hasOwn(BENCHES, id));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const rounds = values.rounds === undefined ? (values.quick ? 3 : 15) : Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds must be a whole number, at least 1');
  process.exit(2);
}

const date = new Date().toISOString().slice(0, 10);
const machine = `${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
console.log(`${date}, ${machine}`);
const rows: Row[] = [];
for (const id of ids) {
  const bench = BENCHES[id];
  if (bench !== undefined)
    rows.push(...(await bench({ rounds, isQuick: values.quick, say: (line) => console.log(line) })));
}
for (const row of rows) console.log(`\n${formatRow(row)}`);
if (values.json !== undefined) {
  const dated: DatedRow[] = rows.map((row) => ({ ...row, date, machine, isQuick: values.quick }));
  writeFileSync(values.json, `${JSON.stringify(dated, null, 2)}\n`);
}
process.exit(rows.every((row) => row.failures.ours === 0) ? 0 : 1);
