import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { parseDocument } from 'yaml';
import { InvalidSettings } from '../settings/load-settings.js';
import { Settings } from '../settings/settings.js';
import { withoutTaught } from './glossary.js';
import type { GlossaryTerm } from './glossary.dto.js';
import { readTerms } from './glossary-terms.js';
import { canonicalHost, type KnowledgeScope, scopeName } from './knowledge-scope.js';

interface Configured extends Omit<KnowledgeScope, 'tenant'> {
  /** All of them where none is named. */
  readonly tenant?: string;
  readonly terms: readonly GlossaryTerm[];
}

const NONE: readonly GlossaryTerm[] = Object.freeze([]);

const FIELDS = ['host', 'port', 'database', 'tenant', 'terms'];

/** The glossaries in `GLOSSARY_FILE`, read at start. Their tables and columns are looked for when a question comes. */
@Injectable()
export class ConfiguredGlossaries {
  private readonly glossaries: readonly Configured[];
  /** By scope; only for those that have some. */
  private readonly found = new Map<string, readonly GlossaryTerm[]>();

  constructor({ glossaryFile }: Settings) {
    this.glossaries = glossaryFile === undefined ? [] : read(glossaryFile);
  }

  /** All terms that are configured for a database, always the same object; of a phrase in several entries the first one holds. */
  of(scope: KnowledgeScope): readonly GlossaryTerm[] {
    const { tenant, host, port, database } = scope;
    const meant = this.glossaries.filter((each) => each.host === host && each.port === port && each.database === database && (each.tenant ?? tenant) === tenant);
    if (meant.length === 0) return NONE;
    const name = scopeName(scope);
    const found = this.found.get(name) ?? meant.map(({ terms }) => terms).reduce((before, terms) => [...before, ...withoutTaught(terms, before)]);
    this.found.set(name, found);
    return found;
  }
}

function read(path: string): Configured[] {
  const refuse = (faults: string[]): never => {
    throw new InvalidSettings(faults.map((fault) => `GLOSSARY_FILE=${path}: ${fault}`));
  };
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    refuse([`it cannot be read (${String(Reflect.get(Object(error), 'code'))})`]);
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) refuse([`line ${error.linePos?.[0].line ?? '?'} is not YAML (${error.code})`]);
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    refuse(['it is YAML with aliases that cannot be resolved: write every entry out']);
  }
  if (!Array.isArray(content)) return refuse(['it must be a list of databases, each with host, database and terms']);
  const faults = content.flatMap((entry, index) => faultsOf(entry).map((fault) => `entry ${index + 1}: ${fault}`));
  if (faults.length > 0) refuse(faults);
  return content.map(({ host, port = 5432, database, tenant, terms }) => ({ host: canonicalHost(host), port, database, tenant: tenant ?? undefined, terms: readTerms(terms).terms }));
}

function faultsOf(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ['must have a host, a database and terms'];
  const { host, port = 5432, database, tenant, terms } = entry as Record<string, unknown>;
  const faults = Object.keys(entry).filter((field) => !FIELDS.includes(field)).map((field) => `${JSON.stringify(field)} is none of ${FIELDS.join(', ')}`);
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  if (!isText(host)) faults.push('host must be the host as sessions or DATABASE_URL name it');
  if (!Number.isInteger(port)) faults.push('port must be a number');
  if (!isText(database)) faults.push('database must be the name of a database');
  if (tenant !== undefined && tenant !== null && !isText(tenant)) faults.push('tenant must be the name of a tenant, or left out for all');
  return [...faults, ...readTerms(terms).faults.map(({ message }) => message)];
}
