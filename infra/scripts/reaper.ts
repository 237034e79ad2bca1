/** Reads children from stdin, one JSON line each; when stdin ends, stops those that still run. See processes.ts. */
import { createInterface } from 'node:readline';
import { isAlive, processStartTime, stopProcess, type StopSignals } from './processes.ts';

type Line =
  | { readonly add: number; readonly startTime?: string; readonly stop: StopSignals }
  | { readonly remove: number };

const children = new Map<number, { startTime: string | undefined; stop: StopSignals }>();

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined); // ends with its parent only

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as Line; // written by processes.ts alone
  if ('add' in line) children.set(line.add, { startTime: line.startTime, stop: line.stop });
  else children.delete(line.remove);
}

// Services first, the database last: a service flushes into it.
const left = [...children].reverse();
for (const [pid, child] of left) {
  if (isAlive(pid) && processStartTime(pid) === child.startTime) await stopProcess(pid, child.stop);
}
process.exit(0);
