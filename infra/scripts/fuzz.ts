/**
 * npm run fuzz -- [--count N] [--seed S] [--seconds T]: hostile bytes through validity, documents and codecs. Nothing may throw out,
 * hang or take more than 100 ms. Without arguments as many cases as fit into 15 s.
 */
import { parseArgs } from 'node:util';
import { fuzzLog } from '@vicinal/shared/testing/fuzz-log.ts';

const { values } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string' }, seconds: { type: 'string' } },
});
const isTimed = values.count === undefined || values.seconds !== undefined;
const deadline = isTimed ? Date.now() + Number(values.seconds ?? 15) * 1000 : Infinity;
const report = await fuzzLog(
  Number(values.seed ?? 1),
  values.count === undefined ? Infinity : Number(values.count),
  deadline,
);
for (const problem of report.problems.slice(0, 20)) console.log(problem);
console.log(
  `${report.valid} valid, ${report.held} held, ${report.invalid} invalid; slowest ${report.slowestMs.toFixed(1)} ms`,
);
console.log(
  `${report.divergences} histories of invented neighbours end differently in another order (known, see SECURITY)`,
);
console.log(`${report.cases} cases, ${report.problems.length} problems`);
process.exitCode = report.problems.length > 0 || report.cases === 0 ? 1 : 0;
