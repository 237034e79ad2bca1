/** `npm start`: builds the client once, runs everything on one origin, and prints where. Ctrl-C stops it all. */
import { resolve } from 'node:path';
import encodeQR from 'qr';
import { buildClient } from './client-build.ts';
import { startStack } from './stack.ts';
import { parseStartEnv } from './start-config.ts';

const say = (line: string): void => console.log(line);
const config = parseStartEnv(process.env);
if (!config.ok) {
  for (const problem of config.error) console.error(problem);
  process.exit(2);
}

let stop: (() => Promise<void>) | undefined;
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (isStopping) return; // npm and the terminal may both deliver it
    isStopping = true;
    say('Stopping …');
    void (stop?.() ?? Promise.resolve()).then(
      () => {
        say('Stopped; everything is stored.');
        process.exit(0);
      },
      (error: unknown) => {
        console.error(`Did not stop cleanly: ${String(error)}`);
        process.exit(1);
      },
    );
  });
}

try {
  const { directory } = await buildClient(say);
  const startedAt = performance.now();
  const stack = await startStack({
    ...config.value,
    dataDir: resolve(config.value.dataDir),
    clientDir: directory,
    say,
  });
  stop = () => stack.close();
  const setupLink = await stack.setupLink();
  if (setupLink === undefined) await stack.archiverReady();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`\n  Vicinal is ready at ${stack.origin} (${seconds} s)\n`);
  if (setupLink !== undefined) {
    say(encodeQR(setupLink, 'ascii', { ecc: 'low', border: 2 }));
    say(`  Open this link once to create your account and workspace:\n\n  ${setupLink}\n`);
  }
  say('  Ctrl-C stops it.');
} catch (error) {
  const isPortTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    isPortTaken ? `Port ${config.value.port} is taken by another program; set PORT to another one.` : message,
  );
  process.exit(1);
}
