/** Commands for whoever runs the instance: `npm run admin -- <command>`. */
import { createInterface } from 'node:readline/promises';
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { isWorkspaceId } from '@vicinal/shared/ids.ts';
import { createEnrolmentCode } from './archivers/archivers.ts';
import { createSetupLink } from './auth/accounts.ts';
import { resetPassword } from './auth/profile.ts';
import { rotateSigningKey } from './auth/signing-keys.ts';
import { parseEnv, type Config } from './config.ts';
import { migrate, readMigrations } from './db/migrations.ts';
import { createDatabase } from './db/pool.ts';
import { listWorkspaceIds } from './db/workspaces.ts';
import type { Deps } from './deps.ts';
import { createLogger } from './log.ts';
import { randomSecret } from './random-ids.ts';

const usage = `Usage: npm run admin -- <command>
  new-setup-link [--if-needed] [--json]       a new link for making the owner's account
  reset-password <email> [--stdin]            a new password: printed once, or read from standard input
  rotate-keys [--now]                         a new signing key; old ones stay valid for verifying
  enrolment-code [--workspace <id>] [--json]  a one-time code for an archiver
`;

type AdminDeps = Pick<Deps, 'database' | 'clock' | 'random' | 'config'>;
type Command = (deps: AdminDeps, args: readonly string[]) => Promise<string>;

const commands: Readonly<Record<string, Command>> = {
  'new-setup-link': async (deps, args) => {
    const token = await createSetupLink(deps);
    const url = token === undefined ? undefined : `${deps.config.publicUrl}/setup#${token}`;
    if (args.includes('--json'))
      return JSON.stringify(
        token === undefined ? { needed: false } : { needed: true, token, url, expiresInMs: deps.config.setupLinkTtlMs },
      );
    if (url !== undefined) return url;
    if (args.includes('--if-needed')) return 'Already set up.';
    throw new AppError('already-set-up');
  },
  'reset-password': async (deps, args) => {
    const email = args.find((arg) => !arg.startsWith('--'));
    if (email === undefined) throw new TypeError(usage);
    const given = args.includes('--stdin') ? await readLine() : undefined;
    if (given !== undefined && (given.length < 8 || given.length > 256))
      throw new TypeError('A password has 8 to 256 characters.');
    const password = given ?? randomSecret(deps.random).slice(0, 20);
    await resetPassword(deps, email, password);
    const done = 'The password was changed and every session of the account has ended.';
    return given === undefined ? `${done} New password: ${password}` : done;
  },
  'rotate-keys': async (deps, args) => {
    const kid = await rotateSigningKey(
      deps.database,
      deps.clock,
      args.includes('--now') ? 0 : deps.config.keyPublishAheadMs,
    );
    return `Key ${kid} was added.`;
  },
  'enrolment-code': async (deps, args) => {
    const workspaces = await listWorkspaceIds(deps.database);
    const named = args[args.indexOf('--workspace') + 1];
    const wanted = args.includes('--workspace')
      ? workspaces.filter((id) => id === named && isWorkspaceId(id))
      : workspaces;
    const [workspace] = wanted;
    const isJson = args.includes('--json');
    if (workspace === undefined && isJson) return JSON.stringify({ available: false });
    if (workspace === undefined)
      throw new AppError('not-found', 'There is no workspace yet: set the instance up first.');
    if (wanted.length > 1) throw new TypeError(`Name one with --workspace: ${wanted.join(' ')}`);
    const { code, expiresAt } = await createEnrolmentCode(deps, workspace);
    return isJson ? JSON.stringify({ available: true, workspace, code, expiresAt }) : code;
  },
};

async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new TypeError(usage);
  const config = parseEnv();
  if (!config.ok) throw new TypeError(`The configuration is not valid:\n  - ${config.error.join('\n  - ')}`);
  const database = createDatabase({ url: config.value.databaseUrl, maxConnections: 2, logger: createLogger('silent') });
  try {
    await migrate(database, readMigrations());
    process.stdout.write(
      `${await command({ database, clock: systemClock, random: systemRandom, config: config.value satisfies Config }, rest)}\n`,
    );
  } finally {
    await database.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
