/**
 * `npm run archiver -- enroll --url U --code C` enrols this archiver; `npm run archiver -- start` runs it.
 * Exit codes: 0 done, 1 failed and may be tried again, 2 wrong arguments or settings, 3 the code is not valid.
 */
import { parseArgs } from 'node:util';
import { AppError } from '@vicinal/shared/app-error.ts';
import { environment, parseOrigin, stateDirOf } from './config.ts';
import { enrol } from './identity/enrol.ts';

const USAGE = `Usage:
  npm run archiver -- enroll --url <address of the workspace> --code <one-time code>
  npm run archiver -- start

The code comes from the workspace's settings. Keys and enrolment are kept under DATA_DIR/archiver (default: data/archiver).`;

const REASONS: Partial<Record<AppError['code'], { readonly text: string; readonly exit: number }>> = {
  'enrolment-invalid': {
    text: 'The code is not valid: it was used, has expired, or was mistyped. Make a new one in the settings.',
    exit: 3,
  },
  'bad-signature': {
    text: 'The server did not accept the proof of this device. Is the address the one people use?',
    exit: 1,
  },
  conflict: {
    text: 'This folder is enrolled with another workspace server. Set another DATA_DIR to enrol with this one.',
    exit: 2,
  },
  'rate-limited': { text: 'Too many attempts. Wait a minute and try again.', exit: 1 },
};

export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const parsed = parse(args);
  if (parsed === undefined) {
    console.error(USAGE);
    return 2;
  }
  const { command, url, code } = parsed;
  if (command === 'start') {
    const { startParent } = await import('./main.ts');
    return startParent(env);
  }
  const origin = parseOrigin(url ?? '');
  if (origin === undefined || code === undefined || code.trim() === '') {
    console.error(
      origin === undefined
        ? `"${url ?? ''}" is not an http or https address such as https://docs.example.org\n`
        : '--code is missing\n',
    );
    console.error(USAGE);
    return 2;
  }
  try {
    const enrolment = await enrol(stateDirOf(env), origin, code.trim());
    console.log(`Enrolled with ${origin} for workspace ${enrolment.workspace}.`);
    return 0;
  } catch (error) {
    const reason = error instanceof AppError ? REASONS[error.code] : undefined;
    const text = reason?.text ?? (error instanceof AppError ? error.message : 'Enrolling failed.');
    console.error(`Not enrolled: ${text}`);
    return reason?.exit ?? 1;
  }
}

function parse(
  args: readonly string[],
): { command: 'enroll' | 'start'; url?: string | undefined; code?: string | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { url: { type: 'string' }, code: { type: 'string' } },
      allowPositionals: true,
    });
    const [command, ...others] = positionals;
    return (command === 'enroll' || command === 'start') && others.length === 0 ? { command, ...values } : undefined;
  } catch {
    return undefined; // unknown option: the usage says which exist
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), environment);
