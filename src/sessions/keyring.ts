import { createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Target } from '../pools/identity.js';
import { Settings } from '../settings/settings.js';

/** A key that seals credentials, and the short name by which it is found again. */
export interface SealingKey {
  /** Tells nothing of the key. */
  readonly id: string;
  /** AES-256 key. */
  readonly key: Buffer;
}

/** Bytes of a {@link SealingKey.id} once decoded. */
export const KEY_ID_BYTES = 4;

/**
 * Keys derived from `CREDENTIALS_KEY`, or from a random one that ends with the process; each use has its own. Of several the
 * first one is in use, and the others open what was sealed before they were replaced. Identities and session references go by
 * the first alone: after a rotation the same credentials are another identity, with pools of its own, until the last session
 * from before has ended.
 */
@Injectable()
export class Keyring {
  /** Seals credentials from now on. */
  readonly sealing: SealingKey;
  private readonly opening: ReadonlyMap<string, Buffer>;
  private readonly identities: Buffer;
  private readonly references: string;

  constructor(settings: Settings) {
    const [root = randomBytes(32), ...former] = settings.credentialsKey.map((key) => Buffer.from(key, 'base64'));
    this.sealing = sealingKey(root);
    this.opening = new Map([root, ...former].map(sealingKey).map(({ id, key }) => [id, key]));
    this.identities = derive(root, 'identities');
    this.references = derive(root, 'session references').toString('base64url');
  }

  /** The key of this name; undefined when it is none of `CREDENTIALS_KEY` any more. */
  sealingKey(id: string): Buffer | undefined {
    return this.opening.get(id);
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

function sealingKey(root: Buffer): SealingKey {
  return { id: derive(root, 'key id').toString('hex', 0, KEY_ID_BYTES), key: derive(root, 'credentials') };
}

function derive(root: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', `databaseai ${use}`, 32));
}
