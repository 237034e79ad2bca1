/**
 * The certificate authority of this machine: made once, kept in one file that nobody else can read, able to vouch for
 * private addresses and local names alone. Its private key never leaves this module.
 */
import './local-authority-reflect.ts';
import { createPrivateKey, randomBytes, X509Certificate as NodeCertificate } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import {
  encodeNameConstraints,
  isPermitted,
  NAME_CONSTRAINTS_OID,
  permittedNames,
} from './local-authority-constraints.ts';

export interface AuthorityOptions {
  /** Gets `authority.pem`; made with mode 0700. */
  readonly directory: string;
  readonly hostName: string;
  /** ms since the epoch. */
  now(): number;
}

export interface LocalAuthority {
  /** SHA-256 of the certificate, in hex pairs between colons. */
  readonly fingerprint: string;
  /** DER, for devices that are to trust it. */
  readonly certificate: Uint8Array;
  /** A certificate and a new key for this machine's names and addresses; names that it may not vouch for are left out. */
  issue(names: readonly string[]): Promise<ServerCertificate>;
}

export interface ServerCertificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  /** DNS names and addresses that it holds for. */
  readonly names: readonly string[];
  readonly expiresAt: number;
}

/** The message is for the person who started the program. */
export class LocalAuthorityError extends Error {
  override readonly name = 'LocalAuthorityError';
}

const DAY_MS = 86_400_000;
/** Clocks of phones may be behind. */
const BACKDATED_MS = 3_600_000;
const AUTHORITY_DAYS = 3650;
/** Apple's limit, and the one of public authorities, is 398. */
const SERVER_DAYS = 397;
const FILE = 'authority.pem';
const EC = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

/** Reads the authority or makes it. Throws {@link LocalAuthorityError} when a file is there and not usable: it stays. */
export async function openLocalAuthority(options: AuthorityOptions): Promise<LocalAuthority> {
  const file = join(options.directory, FILE);
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  chmodSync(options.directory, 0o700);
  const kept = read(file) ?? (await make(file, options));
  return await open(kept, file, options);
}

function read(file: string): string | undefined {
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new LocalAuthorityError(`${file} can be read by others: chmod 600 it`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof LocalAuthorityError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // the first run
    throw new LocalAuthorityError(`${file} cannot be read: ${String(error)}`);
  }
}

async function make(file: string, options: AuthorityOptions): Promise<string> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const notBefore = options.now() - BACKDATED_MS;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ O: ['Vicinal'] }, { CN: [`Vicinal local authority of ${options.hostName.slice(0, 32)}`] }],
    keys,
    signingAlgorithm: SIGNING,
    notBefore: new Date(notBefore),
    notAfter: new Date(notBefore + AUTHORITY_DAYS * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(NAME_CONSTRAINTS_OID, true, encodeNameConstraints(permittedNames(options.hostName))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const text = `${certificate.toString('pem')}\n${await privatePem(keys.privateKey)}`;
  return writeOnce(file, text);
}

/** Whole or not at all, and never over another one: whoever comes second reads what is there. */
function writeOnce(file: string, text: string): string {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  const descriptor = openSync(aside, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(descriptor);
    rmSync(aside, { force: true });
  }
  return read(file) ?? text;
}

async function open(text: string, file: string, options: AuthorityOptions): Promise<LocalAuthority> {
  const damaged = (reason: string): LocalAuthorityError =>
    new LocalAuthorityError(
      `${file} ${reason}. Restore it from a backup, or remove it for a new authority, which every device has to trust again`,
    );
  const { certificate, signingKey } = await load(text).catch(() => {
    throw damaged('is damaged');
  });
  const node = new NodeCertificate(Buffer.from(certificate.rawData));
  if (!node.ca || !node.checkPrivateKey(createPrivateKey(text))) throw damaged('is damaged');
  if (certificate.notAfter.getTime() < options.now()) throw damaged('has expired');
  const permitted = permittedNames(options.hostName).filter((name) => constraintsOf(certificate).includes(name));
  return {
    fingerprint: node.fingerprint256,
    certificate: new Uint8Array(certificate.rawData),
    issue: (names) =>
      issue(
        certificate,
        signingKey,
        names.filter((name) => isPermitted(name, permitted)),
        options.now(),
      ),
  };
}

async function load(text: string): Promise<{ certificate: x509.X509Certificate; signingKey: CryptoKey }> {
  const [pem] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text) ?? [];
  if (pem === undefined) throw new TypeError('no certificate');
  const der = createPrivateKey(text).export({ format: 'der', type: 'pkcs8' });
  const signingKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), EC, false, ['sign']);
  return { certificate: new x509.X509Certificate(pem), signingKey };
}

/** The host name may have changed since; only names that the certificate was made with hold. */
function constraintsOf(certificate: x509.X509Certificate): readonly string[] {
  const extension = certificate.getExtension(NAME_CONSTRAINTS_OID);
  if (extension === null) return [];
  const text = Buffer.from(extension.value).toString('latin1');
  // eslint-disable-next-line no-control-regex -- [2] IA5String: tag, one length byte, the name
  return [...text.matchAll(/\x82([\x01-\x7f])([a-z0-9.-]+)/g)].map((found) =>
    (found[2] ?? '').slice(0, found[1]?.codePointAt(0)),
  );
}

async function issue(
  issuer: x509.X509Certificate,
  signingKey: CryptoKey,
  names: readonly string[],
  now: number,
): Promise<ServerCertificate> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const notBefore = now - BACKDATED_MS;
  const expiresAt = Math.min(notBefore + SERVER_DAYS * DAY_MS, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: issuer.subjectName.toJSON(),
    subject: [{ O: ['Vicinal'] }, { CN: ['Vicinal on this network'] }],
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNING,
    notBefore: new Date(notBefore),
    notAfter: new Date(expiresAt),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await privatePem(keys.privateKey), cert: certificate.toString('pem'), names, expiresAt };
}

/** Positive, and without a leading zero byte. */
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
};

async function privatePem(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
}
