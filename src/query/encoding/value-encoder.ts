import { arrayToJson } from './array-literal.js';
import { BUILTIN_TYPES, type Form } from './builtin-types.js';
import type { DatabaseTypes } from './database-types.js';
import { timestampToIso, timestamptzToIso, timetzToIso } from './date-time.js';
import { doubleHoldsInteger, doubleHoldsNumeric } from './precision.js';

/** Turns the text of one value, which is never NULL, into JSON text. */
export type ValueEncoder = (text: string) => string;

export interface ValueEncoding {
  /** `int8` and `numeric` as JSON strings instead of numbers. */
  readonly exactNumbers: boolean;
  readonly types?: DatabaseTypes;
  /** Called for the first number that goes out as a number though a double cannot hold it, then never again. */
  readonly onImprecise: () => void;
}

/** PostgreSQL allows no type that nests this deep; a catalogue that claims one would have us recurse for ever. */
const DEEPEST_TYPE = 16;

/** The encoder for values of one type, made once per column. Values of a type that is not known become JSON strings. */
export function valueEncoder(type: number, encoding: ValueEncoding, depth = 0): ValueEncoder {
  if (depth > DEEPEST_TYPE) return string;
  const known = BUILTIN_TYPES.get(type) ?? encoding.types?.get(type);
  switch (known?.kind) {
    case 'scalar':
      return scalarEncoder(known.form, encoding);
    case 'array': {
      const encodeElement = valueEncoder(known.element, encoding, depth + 1);
      const delimiter = known.delimiter ?? ',';
      return (text) => arrayToJson(text, delimiter, encodeElement);
    }
    case 'domain':
      return valueEncoder(known.base, encoding, depth + 1);
    case 'enum':
    case 'other':
    case undefined:
      return string;
  }
}

function scalarEncoder(form: Form, encoding: ValueEncoding): ValueEncoder {
  switch (form) {
    case 'number':
      return number;
    case 'int8':
      return encoding.exactNumbers ? string : watched(doubleHoldsInteger, encoding.onImprecise);
    case 'numeric':
      return encoding.exactNumbers ? string : watched(doubleHoldsNumeric, encoding.onImprecise);
    case 'boolean':
      return (text) => (text === 't' ? 'true' : 'false');
    case 'json':
      return (text) => text;
    case 'bytea':
      return (text) => `"${Buffer.from(text.slice(2), 'hex').toString('base64')}"`;
    case 'timestamp':
      return (text) => string(timestampToIso(text));
    case 'timestamptz':
      return (text) => string(timestamptzToIso(text));
    case 'timetz':
      return (text) => string(timetzToIso(text));
    case 'vector':
      return (text) => (/^[-\d ]*$/.test(text) ? `[${text.replaceAll(' ', ',')}]` : string(text));
    case 'text':
      return string;
  }
}

// eslint-disable-next-line no-control-regex -- exactly the characters that JSON wants escaped
const NEEDS_ESCAPE = /["\\\u0000-\u001f]/;

/** Most strings need no escape, and then this takes half the time of `JSON.stringify`. UTF-8 brings no lone surrogates. */
function string(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

const JSON_NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/**
 * PostgreSQL prints numbers the way JSON writes them (`1e+20`, `-0`, `0.10`), except NaN and the infinities. What else a
 * server may call a number must not become part of the answer's own structure.
 */
function number(text: string): string {
  return JSON_NUMBER.test(text) ? text : string(text);
}

function watched(doubleHolds: (text: string) => boolean, onImprecise: () => void): ValueEncoder {
  let watching = true;
  return (text) => {
    if (watching && !doubleHolds(text)) {
      watching = false;
      onImprecise();
    }
    return number(text);
  };
}
