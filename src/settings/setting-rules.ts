import { ValidationArguments, ValidatorConstraint, ValidatorConstraintInterface } from 'class-validator';
import ipaddr from 'ipaddr.js';

/** The value may not exceed another setting's. */
@ValidatorConstraint({ name: 'atMost' })
export class AtMost implements ValidatorConstraintInterface {
  validate(value: unknown, { constraints, object }: ValidationArguments): boolean {
    return typeof value === 'number' && value <= Number(Reflect.get(object, constraints[0]));
  }

  defaultMessage({ constraints, object }: ValidationArguments): string {
    return `must not be above ${variableName(constraints[0])} (${Reflect.get(object, constraints[0])})`;
  }
}

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** `postgres://user:password@host:port/database`, with `?sslmode=` as the one parameter. */
@ValidatorConstraint({ name: 'postgresUrl' })
export class PostgresUrl implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return urlFault(String(value)) === undefined;
  }

  defaultMessage({ value }: ValidationArguments): string {
    return urlFault(String(value)) ?? '';
  }
}

/** What is wrong with the URL, without any of its text but the names of parameters: it holds a password. */
function urlFault(text: string): string | undefined {
  const shape = 'must look like postgres://user:password@host:5432/database (special characters percent-encoded)';
  if (!URL.canParse(text)) return shape;
  const url = new URL(text);
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || url.username === '' || url.pathname.length < 2 || url.hash !== '') return shape;
  try {
    for (const part of [url.username, url.password, url.pathname]) if (decodeURIComponent(part).includes('\0')) return 'must not contain NUL characters';
  } catch {
    return 'has a % in user, password or database that is not followed by two hexadecimal digits of UTF-8: write a plain % as %25';
  }
  // A parameter that is not understood might be the one that was to protect the connection.
  for (const [name, mode] of url.searchParams) {
    if (name !== 'sslmode') return `has the parameter ${JSON.stringify(name)}: only sslmode is understood`;
    if (!SSL_MODES.includes(mode)) return `must have one of ${SSL_MODES.join(', ')} as its sslmode`;
  }
  return url.searchParams.size > 1 ? 'must have one sslmode' : undefined;
}

/** A list of IP addresses, CIDR ranges, host names, `*.suffix` or the words `loopback` and `private`. */
@ValidatorConstraint({ name: 'hostOrRange' })
export class HostOrRange implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && isRule(entry));
  }

  defaultMessage(): string {
    return 'must be a list of addresses, CIDR ranges (10.0.0.0/8), host names, *.suffixes, or the words loopback, private, public';
  }
}

/** A list of ports and port ranges. */
@ValidatorConstraint({ name: 'portList' })
export class PortList implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0 && value.every((entry) => isPortRange(String(entry)));
  }

  defaultMessage(): string {
    return 'must be a list of ports or ranges, e.g. 5432,6432 or 1024-65535';
  }
}

/** A list that is right when each entry is; the first fault is told. */
function listOf(name: string, faultOf: (entry: string) => string | undefined) {
  @ValidatorConstraint({ name })
  class ListRule implements ValidatorConstraintInterface {
    validate(value: unknown): boolean {
      return Array.isArray(value) && value.every((entry) => faultOf(String(entry)) === undefined);
    }

    defaultMessage({ value }: ValidationArguments): string {
      const faults = Array.isArray(value) ? value.map((entry) => faultOf(String(entry))) : [];
      return faults.find((fault) => fault !== undefined) ?? 'must be a list';
    }
  }
  return ListRule;
}

/** A list of IP addresses and CIDR ranges. */
export const AddressList = listOf('addressList', addressFault);

/** A list of origins as browsers write them. */
export const OriginList = listOf('originList', originFault);

/** A list of columns as `value-exclusion.ts` reads them. */
export const ExclusionList = listOf('exclusionList', (entry) => (/^[^.\0]+(\.[^.\0]+){1,2}$/.test(entry) ? undefined : 'must be a list of table.column or schema.table.column, where * stands for any text: *.ssn, hr.*.*'));

function addressFault(entry: string): string | undefined {
  if (/\/0+$/.test(entry)) return `would believe what every caller says of itself (${entry}): name the proxies`;
  const isAddress = entry.includes('/') ? ipaddr.isValidCIDR(entry) : entry.includes(':') ? ipaddr.IPv6.isValid(entry) : ipaddr.IPv4.isValidFourPartDecimal(entry);
  return isAddress ? undefined : 'must be a list of IP addresses and CIDR ranges, e.g. 10.0.0.5,10.1.0.0/24';
}

function originFault(entry: string): string | undefined {
  if (entry === '*') return 'would let every web page use the service from the browsers of whoever can reach it: list the origins';
  const isOrigin = URL.canParse(entry) && /^https?:/.test(entry) && new URL(entry).origin === entry;
  return isOrigin ? undefined : 'must be a list of origins as browsers write them: https://app.example.com, without a path, the default port or capitals';
}

/** Base64 of 32 bytes each. */
@ValidatorConstraint({ name: 'credentialsKeys' })
export class CredentialsKeys implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.every((key) => /^[A-Za-z0-9+/]{43}=$/.test(String(key))) && new Set(value).size === value.length;
  }

  defaultMessage(): string {
    return 'must be base64 of exactly 32 bytes; several, all different, with commas between them';
  }
}

/** The environment variable behind a property of `Settings`. */
export function variableName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function isRule(entry: string): boolean {
  if (['loopback', 'private', 'public'].includes(entry)) return true;
  if (entry.includes('/')) return ipaddr.isValidCIDR(entry);
  return ipaddr.isValid(entry) || /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(entry);
}

function isPortRange(entry: string): boolean {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(entry);
  if (!match) return false;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return from >= 1 && to <= 65535 && from <= to;
}
