import { ValidationArguments, ValidatorConstraint, ValidatorConstraintInterface } from 'class-validator';

/** What cannot be seen, or turns the rest around, and so could make a text look like another one. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
const LINE_BREAKS = /[\t\n\r]/g;

const MAX_WORDS = 100;
/** `schema.table` with names as long as PostgreSQL lets them be, in quotes that are doubled. */
const MAX_NAME = 255;
const MAX_DESCRIPTION = 1000;

/** A validator for one kind of text. */
function textRule(name: string, faultOf: (text: string) => string | undefined) {
  @ValidatorConstraint({ name })
  class TextRule implements ValidatorConstraintInterface {
    validate(value: unknown): boolean {
      return typeof value === 'string' && faultOf(value) === undefined;
    }

    defaultMessage({ property, value }: ValidationArguments): string {
      const fault = typeof value === 'string' ? faultOf(value) : undefined;
      return `${property} ${fault ?? 'must be text'}`;
    }
  }
  return TextRule;
}

/** A word or a few, as people say them. */
export const Words = textRule('words', (text) => {
  if (text.length > MAX_WORDS) return `must be at most ${MAX_WORDS} characters`;
  if (INVISIBLE.test(text)) return 'must not contain characters that cannot be seen';
  return /[\p{L}\p{N}]/u.test(text) ? undefined : 'must contain a letter or a digit';
});

/** A name of the schema. */
export const Name = textRule('name', (text) => {
  if (text.length === 0 || text.length > MAX_NAME) return `must be 1 to ${MAX_NAME} characters`;
  return INVISIBLE.test(text) ? 'must not contain characters that cannot be seen' : undefined;
});

/** A sentence or two; it may have several lines. */
export const Description = textRule('description', (text) => {
  if (text.trim() === '' || text.length > MAX_DESCRIPTION) return `must be 1 to ${MAX_DESCRIPTION} characters`;
  return INVISIBLE.test(text.replace(LINE_BREAKS, ' ')) ? 'must not contain characters that cannot be seen' : undefined;
});
