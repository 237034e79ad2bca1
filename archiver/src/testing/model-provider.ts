/** A local service that speaks chat completions as the real ones do, and misbehaves on demand: for tests. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one request is answered. */
export type Behaviour =
  /** The text in pieces as server-sent events, `gapMs` between them. */
  | { readonly kind: 'stream'; readonly text: string; readonly gapMs?: number }
  /** One JSON object, as services answer that do not stream. */
  | { readonly kind: 'whole'; readonly text: string }
  /** Some pieces and then nothing more, the connection open. */
  | { readonly kind: 'stall'; readonly text: string }
  /** Nothing at all, the connection open. */
  | { readonly kind: 'silence' }
  /** Some pieces and then the connection is cut. */
  | { readonly kind: 'cut'; readonly text: string }
  /** Some pieces and then an orderly end of the stream, without its last event. */
  | { readonly kind: 'unfinished'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** An event that is not JSON. */
  | { readonly kind: 'bad-json' }
  /** An error in the middle of the stream, as proxies report one. */
  | { readonly kind: 'error-event' }
  /** Text without end. */
  | { readonly kind: 'endless' };

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly stream: boolean;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  };
}

export interface ModelProvider {
  /** For `AI_BASE_URL`. */
  readonly baseUrl: string;
  readonly requests: readonly ReceivedRequest[];
  /** Requests whose connection is open. */
  readonly open: number;
  /** Answers the next requests in this order, and those after the last like the last. */
  script(...behaviours: readonly [Behaviour, ...Behaviour[]]): void;
  close(): Promise<void>;
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (content: string | undefined, finish: string | null = null): string =>
  event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: content === undefined ? {} : { content }, finish_reason: finish }],
  });
/** A few letters each, cut inside words and surrogate pairs kept whole. */
const piecesOf = (text: string): readonly string[] => text.match(/.{1,7}/gsu) ?? [];

export async function startModelProvider(): Promise<ModelProvider> {
  const requests: ReceivedRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let behaviours: readonly Behaviour[] = [{ kind: 'stream', text: 'A summary. [1]' }];
  let open = 0;

  const later = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, delayMs);
      timers.add(timer);
    });
  const streamPieces = async (response: ServerResponse, text: string, gapMs = 0): Promise<void> => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(': a comment\n\n');
    response.write(
      event({ choices: [{ index: 0, delta: { role: 'assistant', content: null }, finish_reason: null }] }),
    );
    for (const piece of piecesOf(text)) {
      if (gapMs > 0) await later(gapMs);
      if (response.destroyed) return;
      response.write(chunk(piece));
    }
  };
  const answer = async (response: ServerResponse, behaviour: Behaviour): Promise<void> => {
    switch (behaviour.kind) {
      case 'stream':
        await streamPieces(response, behaviour.text, behaviour.gapMs);
        return void response.end(`${chunk(undefined, 'stop')}data: [DONE]\n\n`);
      case 'whole':
        response.writeHead(200, { 'content-type': 'application/json' });
        return void response.end(
          JSON.stringify({ choices: [{ message: { content: behaviour.text }, finish_reason: 'stop' }] }),
        );
      case 'stall':
        return streamPieces(response, behaviour.text);
      case 'silence':
        return;
      case 'cut':
        await streamPieces(response, behaviour.text);
        return void setImmediate(() => response.destroy());
      case 'unfinished':
        await streamPieces(response, behaviour.text);
        return void response.end();
      case 'status':
        response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
        return void response.end(JSON.stringify({ error: { message: 'no', type: 'test' } }));
      case 'bad-json':
        await streamPieces(response, 'Fine so far. ');
        return void response.end('data: {"choices": [\n\ndata: [DONE]\n\n');
      case 'error-event':
        await streamPieces(response, 'Fine so far. ');
        return void response.end(event({ error: { message: 'overloaded', code: 529 } }));
      case 'endless':
        await streamPieces(response, '');
        while (!response.destroyed) {
          response.write(chunk('word '.repeat(200)));
          await later(1);
        }
    }
  };
  const server = createServer((request, response) => {
    open++;
    response.once('close', () => open--);
    void bodyOf(request).then((body) => {
      requests.push({
        path: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(body) as ReceivedRequest['body'], // our own client's; tests look at its parts
      });
      const behaviour = behaviours[0];
      behaviours = behaviours.length > 1 ? behaviours.slice(1) : behaviours;
      if (behaviour !== undefined) return answer(response, behaviour);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get open() {
      return open;
    },
    script: (...next) => void (behaviours = next),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}
