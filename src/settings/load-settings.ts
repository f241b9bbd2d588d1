import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import ipaddr from 'ipaddr.js';
import { parse } from 'yaml';
import { Settings } from './settings.js';
import { variableName } from './setting-rules.js';

const CONFIG_FOLDER = fileURLToPath(new URL('../../config', import.meta.url));

/** Variables whose feature this version does not have. Ignoring them in silence could leave a service less protected than its operator believes. */
const NOT_SUPPORTED = [
  'MAX_PLAN_COST',
  'MODEL_API_KEY',
  'MODEL_BASE_URL',
  'MODEL_MAY_SEE_ROWS',
  'MODEL_NAME',
  'SESSION_STORE',
  'STREAM_MAX_ROWS',
  'STREAM_MAX_SECONDS',
  'STREAM_STALL_SECONDS',
  'TRANSLATOR',
  'VALKEY_URL',
  'WORKERS',
];

/** Settings that may stand in a file, as containers get their secrets: `ADMIN_TOKEN_FILE` names the file for `ADMIN_TOKEN`. */
const MAY_BE_FILES = ['admin_token', 'credentials_key', 'database_url'];

/** Settings that stop the start; `message` has one line per bad setting. */
export class InvalidSettings extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`Invalid settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'InvalidSettings';
  }
}

type Values = Record<string, unknown>;

/**
 * Reads `config/default.yaml`, then the profile named by `DATABASEAI_PROFILE`, then the environment, each over the one before.
 *
 * @param environment variables to read; the process's own by default
 * @throws {InvalidSettings} naming each bad variable, its value (secrets hidden) and what would be right
 */
export function loadSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const defaults = readYaml('default');
  const known = Object.keys(defaults);
  const faults: string[] = [];

  const profile = environment['DATABASEAI_PROFILE']?.trim() || 'default';
  const profiles = readdirSync(CONFIG_FOLDER).map((file) => file.replace(/\.yaml$/, ''));
  if (!profiles.includes(profile)) faults.push(`DATABASEAI_PROFILE=${profile} is not a profile: use one of ${profiles.join(', ')}`);
  const chosen = faults.length === 0 && profile !== 'default' ? readYaml(profile) : {};

  const values: Values = { profile };
  for (const key of known) {
    const variable = key.toUpperCase();
    const text = environment[variable]?.trim() || (MAY_BE_FILES.includes(key) ? fromFile(variable, environment, faults) : undefined);
    const given = text ? fromText(text, defaults[key], key) : (chosen[key] ?? defaults[key]);
    values[camelCase(key)] = given ?? undefined;
  }
  for (const key of Object.keys(chosen)) if (!known.includes(key)) faults.push(`${key} in config/${profile}.yaml is not a setting`);
  for (const variable of MAY_BE_FILES.map((key) => key.toUpperCase())) {
    if (environment[variable]?.trim() && environment[`${variable}_FILE`]?.trim()) faults.push(`${variable} and ${variable}_FILE are both set: use one`);
  }
  for (const variable of NOT_SUPPORTED) {
    if (environment[variable]?.trim()) faults.push(`${variable} is set, but this version does not support it: remove it`);
  }

  const settings = plainToInstance(Settings, values);
  for (const { property, constraints = {} } of validateSync(settings, { forbidUnknownValues: true, stopAtFirstError: true })) {
    faults.push(`${variableName(property)}=${shown(property, values[property])} ${sentence(Object.values(constraints)[0] ?? 'is not valid', property)}`);
  }
  if (!settings.allowOpen && settings.apiKeysFile === undefined && !isLoopback(settings.host)) {
    faults.push(`HOST=${settings.host} would let anyone who reaches it use the service: set API_KEYS_FILE, use a loopback address behind a proxy that checks its callers, or set ALLOW_OPEN=true`);
  }
  if (faults.length > 0) throw new InvalidSettings(faults);
  return Object.freeze(settings);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}

function readYaml(name: string): Values {
  return parse(readFileSync(join(CONFIG_FOLDER, `${name}.yaml`), 'utf8')) ?? {};
}

/** The text of the file that `<variable>_FILE` names, if it names one. */
function fromFile(variable: string, environment: NodeJS.ProcessEnv, faults: string[]): string | undefined {
  const file = environment[`${variable}_FILE`]?.trim();
  if (!file) return undefined;
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (!text) faults.push(`${variable}_FILE=${file} is empty`);
    return text;
  } catch (error) {
    faults.push(`${variable}_FILE=${file} cannot be read (${String(Reflect.get(Object(error), 'code'))})`);
    return undefined;
  }
}

/** Environment text takes the type of its default; settings without a default are text. What does not fit stays text and fails validation by name. */
function fromText(text: string, example: unknown, key: string): unknown {
  if (Array.isArray(example)) return text.split(',').map((entry) => entry.trim()).filter(Boolean);
  if (typeof example === 'number') return /^-?(\d+\.?\d*|\.\d+)$/.test(text.replaceAll('_', '')) ? Number(text.replaceAll('_', '')) : text;
  if (typeof example === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return key === 'log_level' ? text.toLowerCase() : text;
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function sentence(constraint: string, property: string): string {
  return constraint.replace(new RegExp(`^${property} `), '');
}

function shown(property: string, value: unknown): string {
  return /(token|key|url)$/i.test(property) ? '(hidden)' : Array.isArray(value) ? value.join(',') : String(value);
}
