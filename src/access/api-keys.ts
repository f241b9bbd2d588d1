import { hash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { InvalidSettings } from '../settings/load-settings.js';
import { Settings } from '../settings/settings.js';
import { ApiKey, InvalidApiKeys, KeyRing, parseApiKeys } from './api-keys-file.js';

/** Compared with where nothing was found, so that a wrong key takes the same steps as a right one. */
const NO_HASH = Buffer.alloc(32);

/** Others' write permission. Reading does no harm: nobody computes a key of 256 random bits from its hash. */
const WRITABLE_BY_ALL = 0o002;

/**
 * The keys in `API_KEYS_FILE`, read again when the file changes. They are kept as SHA-256: a slow hash protects passwords,
 * which can be guessed; keys are 256 random bits, and every request pays for the hash.
 */
@Injectable()
export class ApiKeys {
  private readonly logger = new Logger(ApiKeys.name);
  private ring: KeyRing = { keys: [], limits: new Map() };
  private byHash = new Map<string, ApiKey>();
  /** What tells one version of the file from another. */
  private version = '';

  constructor(private readonly settings: Settings) {
    if (!this.inUse) return;
    this.version = this.versionNow();
    try {
      this.take(this.read());
    } catch (error) {
      throw new InvalidSettings(faultsOf(error).map((fault) => `${this.place}: ${fault}`));
    }
  }

  /** Whether callers need a key. */
  get inUse(): boolean {
    return this.settings.apiKeysFile !== undefined;
  }

  /** What tenants may use. */
  get limits(): KeyRing['limits'] {
    return this.ring.limits;
  }

  /** The key that somebody has sent, if it is one. */
  find(sent: string): ApiKey | undefined {
    // Looking up takes a time that depends on the hash, which nobody can choose without trying as many keys.
    const sha256 = hash('sha256', sent, 'buffer');
    const key = this.byHash.get(sha256.toString('latin1'));
    return timingSafeEqual(sha256, key?.sha256 ?? NO_HASH) ? key : undefined;
  }

  /** Looks whether the file is another one now. A version that cannot be used changes nothing. */
  @Cron('* * * * * *', { name: 'read API keys again' })
  refresh(): void {
    if (!this.inUse) return;
    const version = this.versionNow();
    if (version === this.version) return;
    this.version = version;
    try {
      const before = new Set(this.ring.keys.map(({ key }) => key));
      this.take(this.read());
      const now = new Set(this.ring.keys.map(({ key }) => key));
      const gone = [...before].filter((name) => !now.has(name));
      const added = [...now].filter((name) => !before.has(name));
      this.logger.log({ event: 'api keys read again', keys: now.size, added, gone });
    } catch (error) {
      this.logger.error(`${this.place} has changed and cannot be used; THE KEYS OF BEFORE STAY VALID, revoked ones included: ${faultsOf(error).join('; ')}`);
    }
  }

  private get place(): string {
    return `API_KEYS_FILE=${this.settings.apiKeysFile}`;
  }

  private take(ring: KeyRing): void {
    this.ring = ring;
    this.byHash = new Map(ring.keys.map((key) => [key.sha256.toString('latin1'), key]));
  }

  private read(): KeyRing {
    const path = this.settings.apiKeysFile ?? '';
    if (process.platform !== 'win32' && statSync(path).mode & WRITABLE_BY_ALL) throw new InvalidApiKeys(['everybody on this machine may write it, and with that make keys: chmod o-w']);
    return parseApiKeys(readFileSync(path, 'utf8'));
  }

  private versionNow(): string {
    try {
      // A mounted secret is exchanged as a whole, so that only the inode tells; an editor may keep it and change the rest.
      const { ino, ctimeNs, size } = statSync(this.settings.apiKeysFile ?? '', { bigint: true });
      return `${ino} ${ctimeNs} ${size}`;
    } catch (error) {
      return String(Reflect.get(Object(error), 'code'));
    }
  }
}

function faultsOf(error: unknown): readonly string[] {
  if (error instanceof InvalidApiKeys) return error.faults;
  const code: unknown = Reflect.get(Object(error), 'code');
  if (typeof code !== 'string') throw error;
  return [`it cannot be read (${code})`];
}
