/** `npm run peer`: a peer without a screen. Results go to the standard output, everything else to the standard error stream. */
import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { EXIT, PeerFailure } from './exit.ts';
import { printable } from './printable.ts';
import { describeReport } from './report.ts';
import { runPeer } from './run.ts';

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  if (!parsed.ok) {
    if (parsed.error === 'help') {
      console.log(USAGE);
      return EXIT.done;
    }
    for (const problem of parsed.error) console.error(problem);
    console.error(`\n${USAGE}`);
    return EXIT.usage;
  }
  const { caFile, isJson, mode } = parsed.value;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  try {
    if (caFile !== undefined) trustAuthority(caFile);
    const { exit, report, problem } = await runPeer({
      arguments: parsed.value,
      startedAt: 0, // of the process, as performance.now() counts
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      print: (line) => console.log(process.stdout.isTTY ? printable(line) : line),
      signal: stop.signal,
    });
    if (isJson) console.log(JSON.stringify(mode.kind === 'watch' ? { event: 'end', ...report } : report));
    else {
      if (report.text !== undefined && report.lines > 0)
        console.log(process.stdout.isTTY ? printable(report.text) : report.text);
      console.error(describeReport(report));
    }
    if (problem !== undefined) console.error(problem);
    return exit;
  } catch (error) {
    const failure = error instanceof PeerFailure ? error : undefined;
    const message = failure?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (isJson) console.log(JSON.stringify({ error: message, exit: failure?.exit ?? EXIT.failed }));
    console.error(message);
    return failure?.exit ?? EXIT.failed;
  }
}

/** PEM, or DER as the page /trust gives it. */
function trustAuthority(path: string): void {
  let certificate: string;
  try {
    certificate = new X509Certificate(readFileSync(path)).toString();
  } catch (error) {
    throw new PeerFailure(
      EXIT.usage,
      `${path} holds no certificate: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
}

const code = await main();
// What is written to a pipe may still be on its way; the native WebRTC must not drain to its natural end.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
