import 'reflect-metadata'; // what the X.509 package needs to be loaded
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** What a server shows, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Whom a certificate is for, and when. */
export interface Subject {
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  /** Days from now; by default from yesterday until tomorrow. */
  readonly from?: number;
  readonly until?: number;
}

/** An authority made for one test run. */
export class Authority {
  private constructor(
    /** Its own certificate, PEM: what a client has to trust. */
    readonly pem: string,
    private readonly name: string,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  static async create(commonName: string): Promise<Authority> {
    const keys = await keyPair();
    const name = `CN=${commonName}`;
    const extensions = [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)];
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({ name, keys: keys, signingAlgorithm: ALGORITHM, extensions, ...validity({}) });
    return new Authority(certificate.toString('pem'), name, keys);
  }

  async issue(subject: Subject): Promise<Certificate> {
    return certificateFor(subject, await keyPair(), this.name, this.keys.privateKey);
  }
}

export async function selfSigned(subject: Subject): Promise<Certificate> {
  const keys = await keyPair();
  return certificateFor(subject, keys, SERVER_NAME, keys.privateKey);
}

const SERVER_NAME = 'CN=Test server';

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity({ from = -1, until = 1 }: Subject): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() + from * DAY_MS), notAfter: new Date(Date.now() + until * DAY_MS) };
}

async function certificateFor(subject: Subject, keys: webcrypto.CryptoKeyPair, issuer: string, signingKey: webcrypto.CryptoKey): Promise<Certificate> {
  const { names = [], addresses = [] } = subject;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: SERVER_NAME, issuer, publicKey: keys.publicKey, signingKey: signingKey, signingAlgorithm: ALGORITHM, ...validity(subject),
    extensions: [new x509.SubjectAlternativeNameExtension([...names.map((value) => ({ type: 'dns' as const, value })), ...addresses.map((value) => ({ type: 'ip' as const, value }))])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}
