import { readFileSync } from 'node:fs';
import type { Connection } from '../pools/connection.js';
import { read } from '../pools/read-recipe.js';
import type { DatabaseInfoDto } from './session.dto.js';

const DATABASE_INFO = readFileSync(new URL('./database-info.sql', import.meta.url), 'utf8').trim();

/** What the connection that has proven the credentials tells. */
export interface ProvenDatabase {
  readonly info: DatabaseInfoDto;
  readonly role: {
    /** What makes the role dangerous, as the end of a sentence; empty for others. */
    readonly powers: string;
    /** False where role or database has `default_transaction_read_only` set. */
    readonly writesByDefault: boolean;
  };
}

/** Reads what connect tells about the database, on the connection that has just proven the credentials. */
export async function readDatabaseInfo(connection: Connection, timeoutMs: number): Promise<ProvenDatabase> {
  const reading = read(connection, { text: DATABASE_INFO, kind: 'cursor', maxRows: 1, maxBytes: 65_536, deadline: Date.now() + timeoutMs });
  const [{ rows }, clean] = await Promise.all([reading.answer, reading.clean]);
  if (!clean) connection.destroy('not clean');
  const [version, database, tableCount, user, superuser, memberships, readsOnly] = rows[0] ?? [];
  const powers = superuser === 't' ? 'a superuser' : memberships ? `a member of ${memberships.replaceAll(',', ', ')}` : '';
  const advice = superuser === 't' ? 'use one that may only read' : 'use one without such rights';
  return {
    info: {
      version: version ?? '', database: database ?? '', table_count: Number(tableCount), user: user ?? '', superuser: superuser === 't',
      encrypted: connection.encrypted, warnings: powers ? [`This role is ${powers}: ${advice}.`] : [],
    },
    role: { powers, writesByDefault: readsOnly !== 't' },
  };
}
