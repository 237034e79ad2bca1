/** `/trust`: the page that says how to get to https, and the certificate it is about. Needs no script and no cookie. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostNameOf } from './front-hosts.ts';
import { platformOf, trustPage, TRUST_PAGE_POLICY } from './trust-page.ts';

/** https on the network as people see it. */
export interface NetworkView {
  /** Best first. */
  readonly origins: readonly string[];
  /** SHA-256 of the authority's certificate. */
  readonly fingerprint: string;
  /** The authority's certificate, DER. */
  readonly certificate: Uint8Array;
}

export const CERTIFICATE_PATH = '/trust/vicinal-authority.crt';

export interface TrustRequest {
  readonly host: string;
  readonly path: string;
  readonly scheme: 'http' | 'https';
  readonly isAppHost: boolean;
  readonly publicUrl: string | undefined;
  readonly network: NetworkView | undefined;
}

/** False when there is nothing at this path; then nothing was sent. */
export function answerTrust(request: IncomingMessage, response: ServerResponse, trust: TrustRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const send = (status: number, type: string, body: string | Uint8Array): true => {
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Content-Security-Policy': TRUST_PAGE_POLICY,
      'Cache-Control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  };
  const { network } = trust;
  if (trust.path === CERTIFICATE_PATH && network !== undefined)
    return send(200, 'application/x-x509-ca-cert', network.certificate);
  if (trust.path !== '/trust') return false;
  const page = trustPage({
    state: trust.isAppHost ? (trust.scheme === 'https' ? 'secure' : 'local') : 'insecure',
    platform: platformOf(request.headers['user-agent'] ?? ''),
    httpsOrigin: network && originFor(trust.host, network),
    fingerprint: network?.fingerprint,
    certificatePath: CERTIFICATE_PATH,
    elsewhere: trust.publicUrl ?? localAddress(trust.host),
    isPublic: trust.publicUrl !== undefined,
  });
  return send(200, 'text/html; charset=utf-8', page);
}

/** The address that this visitor already reached, else the best one. */
function originFor(host: string, network: NetworkView): string | undefined {
  const name = hostNameOf(host);
  return network.origins.find((origin) => hostNameOf(new URL(origin).host) === name) ?? network.origins[0];
}

function localAddress(host: string): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port === undefined ? 'http://localhost' : `http://localhost:${port}`;
}
