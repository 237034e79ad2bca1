/**
 * npm run sim -- [--seeds N] [--seed S] [--seconds T]: seeded histories of one document, each of which must converge.
 * Without arguments as many seeds as fit into 15 s. A failing seed is printed and replays with --seed.
 */
import { parseArgs } from 'node:util';
import { simulate } from '@vicinal/shared/testing/simulation.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, seconds: { type: 'string' } },
});
const seeds = values.seeds === undefined ? Infinity : Number(values.seeds);
const deadline =
  values.seeds === undefined || values.seconds !== undefined
    ? Date.now() + Number(values.seconds ?? 15) * 1000
    : Infinity;
const first = Number(values.seed ?? 1);
const last = values.seed !== undefined && values.seeds === undefined ? first : first + seeds - 1;

let passed = 0;
let entries = 0;
const failed: number[] = [];
for (let seed = first; seed <= last && Date.now() < deadline; seed++) {
  const report = await simulate(seed).catch((error: unknown) => ({ seed, problem: String(error), entries: 0 }));
  entries += report.entries;
  if (report.problem === undefined) passed++;
  else {
    failed.push(seed);
    console.log(`seed ${seed}: ${report.problem}  (replay: npm run sim -- --seed ${seed})`);
  }
}
console.log(`${entries} entries in ${passed + failed.length} histories`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
