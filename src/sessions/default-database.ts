import { Injectable } from '@nestjs/common';
import { DEFAULT_TENANT } from '../access/principal.js';
import type { RequestContext } from '../access/request-context.js';
import type { Identity, SslMode } from '../pools/identity.js';
import { Problem } from '../problems/problem.js';
import { Settings } from '../settings/settings.js';
import { CredentialsVault } from './credentials-vault.js';
import type { Access } from './session.js';

/**
 * The database of callers without a session, where the operator configured one with `DATABASE_URL`: one pool and one schema
 * for all who may use it, shared with no tenant's own.
 */
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

  /** @throws {Problem} `SESSION_REQUIRED` without a default database that this caller may use */
  access({ defaultDatabase = false, tenant, address }: RequestContext): Access {
    if (!this.identity) throw new Problem('SESSION_REQUIRED', 'This request names no session and there is no default database.');
    if (!defaultDatabase) {
      throw new Problem('SESSION_REQUIRED', 'This request names no session, and the default database is not for this API key.', { hint: 'Connect with POST /api/v1/database/connect and send the session_id.' });
    }
    // Tenants take turns whatever number of keys and addresses they come with; without keys, addresses do.
    return { identity: this.identity, queue: tenant === DEFAULT_TENANT ? `address ${address}` : `tenant ${tenant}`, sessionRef: 'default' };
  }
}
