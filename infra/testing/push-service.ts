/** A push service on this machine that speaks the vendors' protocol (RFC 8030, 8188, 8291, 8292) and reads what it is sent. */
import '../scripts/local-authority-reflect.ts';
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as x509 from '@peculiar/x509';
import { decrypt } from 'http_ece';

export interface PushedMessage {
  /** Path of the endpoint. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As the browser would hand it to the worker. */
  readonly text: string;
  readonly bytes: Buffer;
}

export interface TestSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface PushService {
  /** Host and port, as an allow list names them. */
  readonly host: string;
  /** PEM of the certificate, to trust. */
  readonly ca: string;
  /** What was accepted, in order. */
  readonly messages: readonly PushedMessage[];
  /** Requests of any kind so far. */
  readonly requests: number;
  /** A new subscription, as a browser would make it. */
  subscribe(): TestSubscription;
  /** Answers the next requests so, instead of 201. */
  answerNext(...answers: readonly { readonly status: number; readonly headers?: Record<string, string> }[]): void;
  close(): Promise<void>;
}

/** `applicationServerKey`: messages signed by another key are answered 403, as vendors do. */
export async function startPushService(name: string, applicationServerKey: () => string): Promise<PushService> {
  const { key, cert } = await selfSigned(name);
  const subscribers = new Map<string, { readonly ecdh: ReturnType<typeof createECDH>; readonly auth: string }>();
  const messages: PushedMessage[] = [];
  const answers: { readonly status: number; readonly headers?: Record<string, string> }[] = [];
  let requests = 0;

  const receive = async (request: IncomingMessage): Promise<number> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
    const subscriber = subscribers.get(request.url ?? '');
    if (!subscriber) return 404;
    if (request.headers['content-encoding'] !== 'aes128gcm' || request.headers['ttl'] === undefined) return 400;
    if (!isSigned(request.headers.authorization ?? '', applicationServerKey(), `https://${host}`)) return 403;
    const bytes = decrypt(Buffer.concat(chunks), {
      version: 'aes128gcm',
      privateKey: subscriber.ecdh,
      authSecret: subscriber.auth,
    });
    messages.push({ path: request.url ?? '', headers: request.headers, text: bytes.toString('utf8'), bytes });
    return 201;
  };
  const server = createServer({ key, cert }, (request, response) => {
    requests += 1;
    const answer = answers.shift();
    if (answer) {
      request.resume();
      response.writeHead(answer.status, answer.headers).end();
      return;
    }
    receive(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `${name}:${(server.address() as AddressInfo).port}`; // listening on TCP

  return {
    host,
    ca: cert,
    messages,
    get requests() {
      return requests;
    },
    subscribe: () => {
      const ecdh = createECDH('prime256v1');
      ecdh.generateKeys();
      const auth = randomBytes(16).toString('base64url');
      const path = `/push/${randomBytes(16).toString('base64url')}`;
      subscribers.set(path, { ecdh, auth });
      return { endpoint: `https://${host}${path}`, p256dh: ecdh.getPublicKey('base64url'), auth };
    },
    answerNext: (...next) => void answers.push(...next),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether the header is `vapid t=<JWT for this origin, signed by the key>, k=<the key>`. */
function isSigned(header: string, publicKey: string, audience: string): boolean {
  const [, token = '', key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(header) ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  if (key !== publicKey || signature === '') return false;
  const point = Buffer.from(publicKey, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const holds = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { aud?: string; exp?: number; sub?: string }; // compared below
  return holds && claims.aud === audience && claims.sub !== undefined && Number(claims.exp) * 1000 > Date.now();
}

async function selfSigned(name: string): Promise<{ readonly key: string; readonly cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
  };
}
