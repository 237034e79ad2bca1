/** A Hocuspocus client in Node that knows what the server has stored. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { z } from '@vicinal/shared/zod.ts';
import * as Y from 'yjs';

const helloSchema = z.object({ port: z.number(), version: z.string(), fsync: z.string() });
const CONNECT_TIMEOUT_MS = 20_000;

export interface StoringServer {
  readonly version: string;
  /** Of the database, as it says itself. */
  readonly fsync: string;
  connect(name: string): Promise<StoredDocument>;
  close(): Promise<void>;
}

export interface StoredDocument {
  readonly ydoc: Y.Doc;
  /** How far this client's own structs are stored, as the server said last. */
  readonly storedClock: number;
  onStored(listener: () => void): void;
  close(): void;
}

/** `debounceMs` absent: the server's default. */
export async function startStoringServer(databaseUrl: string, debounceMs?: number): Promise<StoringServer> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'server.ts'), databaseUrl, String(debounceMs ?? 'default')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const hello = await firstLine(child);
  return {
    version: hello.version,
    fsync: hello.fsync,
    connect: (name) => connectDocument(`ws://127.0.0.1:${hello.port}`, name),
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<z.infer<typeof helloSchema>> {
  if (child.stdout === null) throw new TypeError('stdout is a pipe');
  for await (const line of createInterface({ input: child.stdout })) return helloSchema.parse(JSON.parse(line));
  throw new Error('the Hocuspocus server ended');
}

async function connectDocument(url: string, name: string): Promise<StoredDocument> {
  const ydoc = new Y.Doc();
  const websocketProvider = new HocuspocusProviderWebsocket({ url });
  const listeners: (() => void)[] = [];
  let storedClock = 0;
  const synced = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => synced.reject(new Error('Hocuspocus did not sync in time')), CONNECT_TIMEOUT_MS);
  const provider = new HocuspocusProvider({
    websocketProvider,
    name,
    document: ydoc,
    onSynced: () => synced.resolve(undefined),
    onStateless: ({ payload }) => {
      storedClock = Y.decodeStateVector(Buffer.from(payload, 'base64')).get(ydoc.clientID) ?? 0;
      for (const listener of listeners) listener();
    },
  });
  provider.attach();
  try {
    await synced.promise;
  } finally {
    clearTimeout(timer);
  }
  return {
    ydoc,
    get storedClock() {
      return storedClock;
    },
    onStored: (listener) => void listeners.push(listener),
    close() {
      provider.destroy();
      websocketProvider.destroy();
      ydoc.destroy();
    },
  };
}
