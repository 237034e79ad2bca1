/** `npm run dev`: as `npm start`, with the client from vite's development server and services that restart on change. */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Front, FrontOptions } from './front.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { startStack } from './stack.ts';
import { parseStartEnv } from './start-config.ts';

const clientDir = resolve(import.meta.dirname, '../../client');
const say = (line: string): void => console.log(line);
const config = parseStartEnv(process.env);
if (!config.ok) {
  for (const problem of config.error) console.error(problem);
  process.exit(2);
}
const settings = { ...config.value, dataDir: resolve(config.value.dataDir), say };

/** vite as the one origin; its configuration reads where the services listen. */
async function startVite(options: FrontOptions): Promise<Front> {
  process.env['SIGNALING_PORT'] = new URL(options.targetOf('signaling')).port;
  process.env['ARCHIVE_PORT'] = new URL(options.targetOf('archiver')).port;
  const entry = createRequire(join(clientDir, 'package.json')).resolve('vite');
  const { createServer } = (await import(pathToFileURL(entry).href)) as typeof import('vite'); // vite belongs to the client
  const server = await createServer({
    root: clientDir,
    configFile: join(clientDir, 'vite.config.ts'),
    server: { host: 'localhost', port: options.port, strictPort: true },
  });
  await server.listen();
  return { port: options.port, origin: `http://localhost:${options.port}`, close: () => server.close() };
}

await runUntilStopped(async (onStop) => {
  const stack = await startStack({ ...settings, clientDir, startFront: startVite, isWatching: true });
  onStop(() => stack.close());
  say(`\n  Development server: ${stack.origin}\n  Logs: ${join(settings.dataDir, 'log')}`);
  const setupLink = await stack.setupLink();
  if (setupLink !== undefined) say(`  Set-up link: ${setupLink}`);
});
