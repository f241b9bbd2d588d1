import { createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Target } from '../pools/identity.js';
import { Settings } from '../settings/settings.js';

/** Keys derived from `CREDENTIALS_KEY`, or from a random one that ends with the process; each use has its own. */
@Injectable()
export class Keyring {
  /** AES-256 key that seals credentials. */
  readonly sealing: Buffer;
  private readonly identities: Buffer;
  private readonly references: string;

  constructor(settings: Settings) {
    const root = settings.credentialsKey ? Buffer.from(settings.credentialsKey, 'base64') : randomBytes(32);
    const derive = (use: string) => Buffer.from(hkdfSync('sha256', root, '', `databaseai ${use}`, 32));
    this.sealing = derive('credentials');
    this.identities = derive('identities');
    this.references = derive('session references').toString('base64url');
  }

  /**
   * The key of an identity: a keyed hash over everything that tells one from another, each part prefixed with its length
   * so that no two lists of parts look alike. A wrong password is another key and can never ride on a live pool.
   */
  identityKey(target: Target, password: string): string {
    const hmac = createHmac('sha256', this.identities);
    const parts = [target.tenant, target.host, String(target.port), target.database, target.user, password, target.ssl, target.ca ?? '', String(target.exempt)];
    for (const part of parts) {
      const bytes = Buffer.from(part);
      hmac.update(`${bytes.length}:`).update(bytes);
    }
    return hmac.digest('base64url');
  }

  /** The reference a session is known by in logs, statistics and audit: nobody can compute it backwards or use it. */
  sessionRef(sessionId: string): string {
    // The key comes first and always has one length, and part of the hash is left out: as good as an HMAC here, and each request pays for it.
    return `ref_${hash('sha256', this.references + sessionId, 'base64url').slice(0, 22)}`;
  }
}
