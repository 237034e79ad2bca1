/** A server certificate for any name, as somebody with the authority's key could make it. */
import '../scripts/local-authority-reflect.ts';
import { createPrivateKey } from 'node:crypto';
import * as x509 from '@peculiar/x509';
export { openLocalAuthority } from '../scripts/local-authority.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256' };

export async function forge(
  authority: string,
  names: readonly string[],
): Promise<{ key: string; cert: string; names: readonly string[]; expiresAt: number }> {
  const issuer = new x509.X509Certificate(authority.split('-----BEGIN PRIVATE')[0] ?? '');
  const der = createPrivateKey(authority).export({ format: 'der', type: 'pkcs8' });
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: issuer.subjectName.toJSON(),
    subject: [{ CN: ['forged'] }],
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', new Uint8Array(der), EC, false, ['sign']),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${(key.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
    names,
    expiresAt: certificate.notAfter.getTime(),
  };
}
