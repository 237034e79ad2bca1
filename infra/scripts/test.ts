/**
 * `npm test`: every stage in order, none left out because another failed. The lines before the last list what was
 * repeated and what was skipped, the last one counts. `npm run check` runs lint, types and unit; stages can be named as
 * arguments. Some run real processes and browsers against real time: a file of theirs that
 * fails is run once more by itself, and named. One that fails again, and more files than {@link MAX_REPEATED}, have failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { COUNTS_VARIABLE, type TestCounts } from '../testing/counting-reporter.ts';
import { ensureChromium } from '../testing/chromium.ts';

const repository = resolve(import.meta.dirname, '../..');

interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  readonly maxMinutes: number;
  /** Tests are counted one by one; other stages count as one. */
  readonly isVitest?: boolean;
  readonly needsChromium?: boolean;
  readonly isRepeatable?: boolean;
}

const vitest = (project: string): readonly string[] => [
  'vitest',
  'run',
  '--project',
  project,
  '--passWithNoTests=false',
  '--reporter',
  'default',
  '--reporter',
  'infra/testing/counting-reporter.ts',
];

const STAGES: readonly Stage[] = [
  { name: 'lint', command: ['oxlint', '--type-aware'], maxMinutes: 6 },
  { name: 'format', command: ['oxfmt', '--check', '.'], maxMinutes: 1 },
  { name: 'types', command: ['tsc', '-b'], maxMinutes: 10 },
  { name: 'size', command: ['node', 'infra/scripts/byte-budget.ts'], maxMinutes: 6 },
  { name: 'unit', command: vitest('unit'), maxMinutes: 10, isVitest: true },
  { name: 'integration', command: vitest('integration'), maxMinutes: 20, isVitest: true, isRepeatable: true },
  {
    name: 'browser',
    command: vitest('browser'),
    maxMinutes: 10,
    isVitest: true,
    needsChromium: true,
    isRepeatable: true,
  },
  { name: 'e2e', command: vitest('e2e'), maxMinutes: 60, isVitest: true, needsChromium: true, isRepeatable: true },
  { name: 'sim', command: ['node', 'infra/scripts/sim.ts'], maxMinutes: 5 },
  { name: 'fuzz', command: ['node', 'infra/scripts/fuzz.ts'], maxMinutes: 5 },
  {
    name: 'bench',
    command: ['node', 'infra/bench/bench.ts', '--quick', '--rounds', '1'],
    maxMinutes: 15,
    needsChromium: true,
  },
];
/** Files of one stage that may be repeated. */
const MAX_REPEATED = 3;
const CHECK = ['lint', 'format', 'types', 'unit'];

const wanted = process.argv.slice(2).flatMap((name) => (name === 'check' ? CHECK : [name]));
const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No stage ${unknown.join(', ')}; there are: check, ${STAGES.map((stage) => stage.name).join(', ')}`);
  process.exit(2);
}
const stages = wanted.length === 0 ? STAGES : STAGES.filter((stage) => wanted.includes(stage.name));

const total: TestCounts = { passed: 0, failed: 0, skipped: [], failedFiles: [] };
const repeated: string[] = [];
const failedStages: string[] = [];
const temporary = mkdtempSync(join(tmpdir(), 'vicinal-test-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

for (const stage of stages) {
  if (stage.needsChromium === true) {
    const problem = await ensureChromium();
    if (problem !== undefined) {
      total.skipped.push(`${stage.name} (${problem})`);
      continue;
    }
  }
  console.log(`\n=== ${stage.name}`);
  const startedAt = performance.now();
  const counts = await runAndRepeat(stage);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped.push(...counts.skipped);
  if (counts.failed > 0) failedStages.push(stage.name);
  console.log(
    `=== ${stage.name}: ${counts.passed} passed, ${counts.failed} failed, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  );
}

// Where everything can be installed nothing has a reason to be skipped but what the kernel does not let root do.
const skipsFail = process.getuid?.() === 0 && existsSync('/etc/debian_version');
if (skipsFail) total.failed += total.skipped.filter((reason) => !reason.includes('cannot be made here')).length;
console.log('');
if (failedStages.length > 0) console.log(`failed: ${failedStages.join(', ')}`);
if (repeated.length > 0) console.log(`repeated: ${repeated.join('; ')}`);
console.log(`skipped: ${total.skipped.length === 0 ? 'none' : total.skipped.join('; ')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function runAndRepeat(stage: Stage): Promise<TestCounts> {
  const first = await run(stage);
  const { failedFiles } = first;
  if (stage.isRepeatable !== true || failedFiles.length === 0 || failedFiles.length > MAX_REPEATED) return first;
  const total = { ...first, skipped: [...first.skipped] };
  for (const file of failedFiles) {
    const name = relative(repository, file.path);
    console.log(`\n=== ${stage.name}: once more ${name}`);
    const again = await run({ ...stage, command: [...stage.command, name] });
    repeated.push(`${name} (${again.failed === 0 ? 'passed' : 'failed'} the second time)`);
    total.passed += again.passed - file.passed;
    total.failed += again.failed - file.failed;
    total.skipped = [...total.skipped.filter((reason) => !file.skipped.includes(reason)), ...again.skipped];
  }
  return total;
}

async function run(stage: Stage): Promise<TestCounts> {
  const countsFile = join(temporary, `${stage.name}.json`);
  const [command = '', ...args] = stage.command;
  const child = spawn(command, args, {
    cwd: repository,
    stdio: 'inherit',
    detached: true, // a group of its own, so that a stage that hangs is ended whole
    env: {
      ...process.env,
      PATH: `${join(repository, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
      [COUNTS_VARIABLE]: countsFile,
    },
  });
  const forward = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGTERM'));
  const onSignal = (): void => {
    forward();
    process.exit(130);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const timer = setTimeout(() => {
    console.error(`${stage.name} is ended after ${stage.maxMinutes} minutes`);
    forward();
  }, stage.maxMinutes * 60_000);
  const code = await new Promise<number | null>((done) => {
    child.once('exit', (value) => done(value));
    child.once('error', (error) => {
      console.error(error.message);
      done(1);
    });
  });
  clearTimeout(timer);
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  if (stage.isVitest !== true)
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], failedFiles: [] };
  if (!existsSync(countsFile)) return { passed: 0, failed: 1, skipped: [], failedFiles: [] };
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as TestCounts; // written by counting-reporter.ts
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
