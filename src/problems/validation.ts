import { ArgumentMetadata, ValidationError, ValidationPipe } from '@nestjs/common';
import { freeFormFields } from './free-form.js';
import { Problem } from './problem.js';

/** Keys and list entries a request may have outside its free-form fields. The work of class-transformer grows with their square. */
const MAX_FIELDS = 1000;

/** Levels of lists and objects inside each other, free-form fields included: what walks them later does so on the stack. */
const MAX_DEPTH = 32;

/** Bad fields told of at most: an answer must not grow with the request. */
const MAX_ERRORS = 20;

/** Characters of one message; names of unknown fields are the caller's own text. */
const MAX_MESSAGE = 200;

/** Longer lists fail every bound that a field can set, so that no longer stand-in is needed. */
const MAX_STAND_IN = 100_000;

interface FieldError {
  field: string;
  message: string;
}

/** Checks bodies and queries against their DTO; a bad one is a problem that names the bad fields. */
export function validationPipe(): ValidationPipe {
  return new BodyPipe();
}

class BodyPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => invalid(errors.flatMap((error) => describe(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom' || typeof value !== 'object' || value === null) return super.transform(value, metadata);
    const freeForm = freeFormFields(metadata.metatype).filter((field) => typeof Reflect.get(value, field) === 'object' && Object.hasOwn(value, field));
    checkSize(value, freeForm);
    if (freeForm.length === 0) return super.transform(value, metadata);

    const sent = Object.fromEntries(freeForm.map((field) => [field, Reflect.get(value, field)]));
    const standIns = Object.fromEntries(freeForm.map((field) => [field, standIn(sent[field])]));
    return Object.assign(await super.transform({ ...value, ...standIns }, metadata), sent);
  }
}

/** What validation sees of a free-form value: its kind and, of a list, its length. */
function standIn(value: unknown): unknown {
  if (Array.isArray(value)) return new Array(Math.min(value.length, MAX_STAND_IN)).fill(null);
  return value && {};
}

/** Walks the request without recursion, so that its depth cannot exhaust the stack before it is known. */
function checkSize(root: object, freeForm: readonly string[]): void {
  let fields = 0;
  const open: { value: unknown; depth: number; field: string }[] = [];
  const count = (more: number) => {
    if ((fields += more) > MAX_FIELDS) throw new Problem('VALIDATION_FAILED', `The request has more than ${MAX_FIELDS} fields.`, { extensions: { errors: [] } });
  };
  const top = Object.entries(root);
  count(top.length);
  for (const [field, value] of top) open.push({ value, depth: 1, field });
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth, field } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) throw invalid([{ field: shorten(field), message: shorten(`${field} must not be nested more than ${MAX_DEPTH} levels deep`) }]);
    const inner: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (!freeForm.includes(field)) count(inner.length);
    for (const entry of inner) if (typeof entry === 'object' && entry !== null) open.push({ value: entry, depth: depth + 1, field });
  }
}

function invalid(errors: readonly FieldError[]): Problem {
  const shown = errors.slice(0, MAX_ERRORS);
  const omitted = errors.length - shown.length;
  const sentences = shown.map(({ message }) => message);
  if (omitted > 0) sentences.push(`${omitted} more`);
  return new Problem('VALIDATION_FAILED', sentences.join('; ') || 'The request is not valid.', { extensions: { errors: shown } });
}

function describe(error: ValidationError, path: string): FieldError[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field: shorten(field), message: shorten(message) }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, field))];
}

function shorten(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
