/** Shared by start.ts and dev.ts: runs something until Ctrl-C or SIGTERM, then stops it whole. */

/** A signal that comes within this time is the same Ctrl-C, delivered by the terminal and by npm. */
const SAME_SIGNAL_MS = 500;

/** `start` gets a function that registers what stops it; errors it throws end the process with one line. */
export async function runUntilStopped(
  start: (onStop: (stop: () => Promise<void>) => void) => Promise<void>,
): Promise<void> {
  let stop: (() => Promise<void>) | undefined;
  let isStopping = false;
  let stoppingSince = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isStopping) {
        if (performance.now() - stoppingSince <= SAME_SIGNAL_MS) return;
        console.error('Stopped at once; what still runs is ended in the background.'); // by the reaper
        process.exit(1);
      }
      isStopping = true;
      stoppingSince = performance.now();
      console.log('Stopping …');
      void (stop?.() ?? Promise.resolve()).then(
        () => {
          console.log('Stopped; everything is stored.');
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
    await start((registered) => (stop = registered));
  } catch (error) {
    if (isStopping) return; // the signal came while starting; its handler ends the process
    console.error(describe(error));
    await stop?.();
    process.exit(1);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE' ? `Port ${port} is taken by another program; set PORT to another one.` : error.message;
}
