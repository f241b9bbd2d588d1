import { plainToInstance } from 'class-transformer';
import { validateSync, ValidationError } from 'class-validator';
import { parseDocument } from 'yaml';
import { ApiKeyEntry, ApiKeyLimitsEntry, KEY_NAME } from './api-key-entry.js';
import { DEFAULT_TENANT, Principal } from './principal.js';
import type { TenantLimit } from './tenant-limits.js';

/** A key as it is known: never itself. */
export interface ApiKey extends Principal {
  readonly key: string;
  readonly sha256: Buffer;
}

/** What a file of keys says. */
export interface KeyRing {
  readonly keys: readonly ApiKey[];
  readonly limits: ReadonlyMap<string, TenantLimit>;
}

/** A file of keys that cannot be used; `message` has one line for each fault, and nothing of a hash. */
export class InvalidApiKeys extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'InvalidApiKeys';
  }
}

/** Limits that all keys of a tenant share. */
const SHARED = ['sessions', 'concurrent_queries', 'connections'] as const;

/** @throws {InvalidApiKeys} naming each fault, its place and what would be right */
export function parseApiKeys(text: string): KeyRing {
  const entries = listIn(text);
  const faults = entries.flatMap(faultsOf);
  if (faults.length > 0) throw new InvalidApiKeys(faults);
  const valid = plainToInstance(ApiKeyEntry, entries as object[]);
  const keys = valid.map(toKey);
  const twice = [...duplicates('name', valid.map(({ name }) => name)), ...duplicates('sha256', keys.map(({ sha256 }) => sha256.toString('hex')))];
  const contradictions = contradictionsIn(valid);
  if (twice.length + contradictions.length > 0) throw new InvalidApiKeys([...twice, ...contradictions]);
  return { keys, limits: limitsOf(valid) };
}

function listIn(text: string): readonly unknown[] {
  const document = parseDocument(text);
  // The parser's own message shows the lines around the place.
  const [error] = document.errors;
  if (error) throw new InvalidApiKeys([`line ${error.linePos?.[0].line ?? '?'} is not YAML (${error.code})`]);
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    throw new InvalidApiKeys(['it is YAML with aliases that cannot be resolved: write every entry out']);
  }
  if (!Array.isArray(content) || content.length === 0) throw new InvalidApiKeys(['it must be a list of keys, one at least, each with a name and a sha256']);
  return content;
}

function faultsOf(entry: unknown, index: number): string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [`entry ${index + 1} must have a name and a sha256`];
  const name: unknown = Reflect.get(entry, 'name');
  const place = `entry ${index + 1}${typeof name === 'string' && KEY_NAME.test(name) ? ` (${name})` : ''}`;
  const errors = validateSync(plainToInstance(ApiKeyEntry, entry), { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true });
  const faults = errors.flatMap(sentences);
  const { tenant = name } = entry as ApiKeyEntry;
  if (tenant === DEFAULT_TENANT) faults.push(`tenant must not be "${DEFAULT_TENANT}", which stands for callers without a key`);
  return faults.map((fault) => `${place}: ${fault}`);
}

function sentences({ property, constraints = {}, children = [] }: ValidationError): string[] {
  // The name of a field that nobody knows is somebody's text, and might be a key or a hash in the wrong place.
  const own = 'whitelistValidation' in constraints ? [`${/^\w{1,30}$/.test(property) ? property : 'one of the fields'} is not a field of a key`] : Object.values(constraints);
  return [...own, ...children.flatMap(sentences).map((inner) => `${property}: ${inner}`)];
}

function duplicates(what: string, values: readonly string[]): string[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first < index ? [`entries ${first + 1} and ${index + 1} have the same ${what}`] : [];
  });
}

function contradictionsIn(entries: readonly ApiKeyEntry[]): string[] {
  return SHARED.flatMap((limit) => {
    const first = new Map<string, ApiKeyEntry>();
    return entries.flatMap((entry) => {
      const value = entry.limits?.[limit] ?? undefined;
      if (value === undefined) return [];
      const other = first.get(tenantOf(entry)) ?? entry;
      first.set(tenantOf(entry), other);
      if (other.limits?.[limit] === value) return [];
      return [`${other.name} and ${entry.name} are keys of the tenant ${tenantOf(entry)}, which has one number of ${limit}: give it once, or the same to both`];
    });
  });
}

function limitsOf(entries: readonly ApiKeyEntry[]): Map<string, TenantLimit> {
  const limits = new Map<string, TenantLimit>();
  const given = (entry: ApiKeyEntry, limit: keyof ApiKeyLimitsEntry) => entry.limits?.[limit] ?? undefined;
  for (const entry of entries) {
    const known = limits.get(tenantOf(entry)) ?? {};
    limits.set(tenantOf(entry), {
      sessions: known.sessions ?? given(entry, 'sessions'),
      concurrentQueries: known.concurrentQueries ?? given(entry, 'concurrent_queries'),
      connections: known.connections ?? given(entry, 'connections'),
    });
  }
  return limits;
}

function toKey(entry: ApiKeyEntry): ApiKey {
  const { name, role, sha256, default_database: defaultDatabase, limits } = entry;
  return {
    key: name, tenant: tenantOf(entry), role: role ?? 'user', sha256: Buffer.from(sha256, sha256.length === 64 ? 'hex' : 'base64url'), defaultDatabase: defaultDatabase ?? false,
    requestsPerMinute: limits?.requests_per_minute ?? undefined, statementTimeoutMs: limits?.statement_timeout_ms ?? undefined,
  };
}

function tenantOf({ name, tenant }: ApiKeyEntry): string {
  return tenant ?? name;
}
