import { Injectable } from '@nestjs/common';
import { DEFAULT_TENANT, RequestContext } from '../access/request-context.js';
import type { Identity, SslMode } from '../pools/identity.js';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import { CredentialsVault } from './credentials-vault.js';
import type { Access } from './session.js';

/** The database of callers without a session, where the operator configured one with `DATABASE_URL`. */
@Injectable()
export class DefaultDatabase {
  /** Absent where none is configured. */
  readonly identity?: Identity;

  constructor(settings: Settings, vault: CredentialsVault) {
    if (!settings.databaseUrl) return;
    const url = new URL(settings.databaseUrl);
    // The settings have checked the mode and the encoding.
    const ssl = url.searchParams.get('sslmode') as SslMode | null;
    this.identity = vault.hold(
      {
        tenant: DEFAULT_TENANT, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 5432), database: decodeURIComponent(url.pathname.slice(1)),
        user: decodeURIComponent(url.username), ssl: ssl ?? settings.sslMode, exempt: true,
      },
      decodeURIComponent(url.password),
    );
  }

  /** @throws {Problem} `SESSION_REQUIRED` without a default database */
  access(context: RequestContext): Access {
    if (!this.identity) throw new Problem('SESSION_REQUIRED', 'This request names no session and there is no default database.');
    // Callers without a session take turns by address.
    return { identity: this.identity, queue: `address ${context.address}`, sessionRef: 'default' };
  }
}
