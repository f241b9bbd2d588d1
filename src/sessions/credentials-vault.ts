import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Identity, Target } from '../pools/identity.js';
import { Keyring } from './keyring.js';

/** The one record of an identity that all its sessions point to. The password is in it only encrypted. */
export interface CredentialRecord extends Identity {
  /** IV, tag and ciphertext of AES-256-GCM with the identity's key as associated data. */
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
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyring.sealing, iv).setAAD(Buffer.from(key));
    const ciphertext = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
  }

  private open(key: string, sealed: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.keyring.sealing, sealed.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(key))
      .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}
