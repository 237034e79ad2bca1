/** `npm run bench -- [ID…] [--json FILE] [--quick]`: ours against a peer in the same run. */
import { writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { benchConnect } from './connect.ts';
import { formatRow, type Row } from './statistics.ts';

export interface BenchOptions {
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Row[]>>> = { connect: benchConnect };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, rounds: { type: 'string' } },
});
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

console.log(
  `${new Date().toISOString().slice(0, 10)}, ${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`,
);
const rows: Row[] = [];
for (const id of ids) {
  const bench = BENCHES[id];
  if (bench !== undefined) rows.push(...(await bench({ rounds, say: (line) => console.log(line) })));
}
for (const row of rows) console.log(`\n${formatRow(row)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exit(rows.every((row) => row.failures.ours === 0) ? 0 : 1);
