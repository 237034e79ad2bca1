/** `npm start`: builds the client once, runs everything on one origin, and prints where. Ctrl-C stops it all. */
import { resolve } from 'node:path';
import encodeQR from 'qr';
import { buildClient } from './client-build.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { startStack } from './stack.ts';
import { parseStartEnv } from './start-config.ts';

const say = (line: string): void => console.log(line);
const config = parseStartEnv(process.env);
if (!config.ok) {
  for (const problem of config.error) console.error(problem);
  process.exit(2);
}
const settings = { ...config.value, dataDir: resolve(config.value.dataDir), say };

await runUntilStopped(async (onStop) => {
  const { directory } = await buildClient(say);
  const startedAt = performance.now();
  const stack = await startStack({ ...settings, clientDir: directory });
  onStop(() => stack.close());
  const setupLink = await stack.setupLink();
  if (setupLink === undefined) await stack.archiverReady().catch(() => undefined); // said by the stack; the app works without
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`\n  Vicinal is ready at ${stack.origin} (after ${seconds} s)\n`);
  if (setupLink !== undefined) {
    // a phone cannot open what only this computer can
    if (new URL(setupLink).hostname !== 'localhost') say(encodeQR(setupLink, 'ascii', { ecc: 'low', border: 2 }));
    say(`  Open this link once to create your account and workspace:\n\n  ${setupLink}\n`);
  }
  const network = stack.network();
  if (network?.origins[0] !== undefined) {
    const trustUrl = `http://${new URL(network.origins[0]).hostname}:${stack.port}/trust`;
    say(`  Other devices on your network:\n\n${network.origins.map((origin) => `  ${origin}`).join('\n')}\n`);
    say(encodeQR(trustUrl, 'ascii', { ecc: 'low', border: 2 }));
    say(`  Each of them opens this page once, to trust the certificate made here:\n\n  ${trustUrl}\n`);
    say(`  SHA-256 fingerprint to compare there:\n\n  ${network.fingerprint}\n`);
  }
  say('  Ctrl-C stops it.');
});
