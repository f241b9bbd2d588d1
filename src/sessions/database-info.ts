import { readFileSync } from 'node:fs';
import type { Connection } from '../pools/connection.js';
import { read } from '../pools/read-recipe.js';
import type { DatabaseInfoDto } from './session.dto.js';

const DATABASE_INFO = readFileSync(new URL('./database-info.sql', import.meta.url), 'utf8').trim();

/** Reads what connect tells about the database, on the connection that has just proven the credentials. */
export async function readDatabaseInfo(connection: Connection, timeoutMs: number): Promise<DatabaseInfoDto> {
  const reading = read(connection, { text: DATABASE_INFO, kind: 'cursor', maxRows: 1, maxBytes: 65_536, deadline: Date.now() + timeoutMs });
  const [{ rows }, clean] = await Promise.all([reading.answer, reading.clean]);
  if (!clean) connection.destroy('not clean');
  const [version, database, tableCount, user, superuser, memberships] = rows[0] ?? [];
  const warnings: string[] = [];
  if (superuser === 't') warnings.push('This role is a superuser: use one that may only read.');
  if (memberships && superuser !== 't') warnings.push(`This role is a member of ${memberships.replaceAll(',', ', ')}: use one without such rights.`);
  return {
    version: version ?? '', database: database ?? '', table_count: Number(tableCount), user: user ?? '', superuser: superuser === 't',
    encrypted: connection.encrypted, warnings,
  };
}
