import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Identity, Target } from '../pools/identity.js';
import { Problem } from '../problems/problem.js';
import { Keyring, KEY_ID_BYTES } from './keyring.js';

/** The one record of an identity that all its sessions point to. The password is in it only encrypted. */
export interface CredentialRecord extends Identity {
  /** Id of the key, IV, tag and ciphertext of AES-256-GCM with the identity's key as associated data. */
  readonly sealed: Buffer;
  /** Sessions that point here. */
  references: number;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps each identity's credentials once, encrypted, for as long as a session uses them. */
@Injectable()
export class CredentialsVault {
  private readonly records = new Map<string, CredentialRecord>();

  constructor(private readonly keyring: Keyring) {}

  /** Finds or makes the record of an identity and counts one reference. */
  hold(target: Target, password: string): CredentialRecord {
    const key = this.keyring.identityKey(target, password);
    let record = this.records.get(key);
    if (!record) {
      const sealed = this.seal(key, password);
      record = { key, target, sealed, references: 0, password: () => this.open(key, sealed) };
      this.records.set(key, record);
    }
    record.references++;
    return record;
  }

  /** Takes one reference back; the last one removes the record. */
  release(record: Identity): void {
    const held = this.records.get(record.key);
    if (held === record && --held.references === 0) this.records.delete(record.key);
  }

  private seal(key: string, password: string): Buffer {
    const { id, key: sealing } = this.keyring.sealing;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(key));
    const ciphertext = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from(id, 'hex'), iv, cipher.getAuthTag(), ciphertext]);
  }

  private open(key: string, sealed: Buffer): string {
    const [iv, tag, ciphertext] = [KEY_ID_BYTES, KEY_ID_BYTES + IV_BYTES, KEY_ID_BYTES + IV_BYTES + TAG_BYTES];
    const opening = this.keyring.sealingKey(sealed.toString('hex', 0, iv));
    if (!opening) throw new Problem('SESSION_NOT_FOUND', 'The session is from before a change of keys.');
    const decipher = createDecipheriv('aes-256-gcm', opening, sealed.subarray(iv, tag)).setAAD(Buffer.from(key)).setAuthTag(sealed.subarray(tag, ciphertext));
    return decipher.update(sealed.subarray(ciphertext), undefined, 'utf8') + decipher.final('utf8');
  }
}
