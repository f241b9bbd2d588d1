/**
 * From PostgreSQL's `DateStyle = ISO` to ISO 8601 proper, all digits kept.
 *
 * ISO 8601 has no words for `infinity`, `-infinity` and years before Christ: these stay PostgreSQL's own text, which it
 * reads back as it is.
 */
export function timestampToIso(text: string): string {
  const blank = text.indexOf(' ');
  if (blank < 0 || isBeforeChrist(text)) return text;
  return `${text.slice(0, blank)}T${text.slice(blank + 1)}`;
}

/** @see timestampToIso */
export function timestamptzToIso(text: string): string {
  return isBeforeChrist(text) ? text : withOffsetMinutes(timestampToIso(text));
}

/** `03:04:05+00` → `03:04:05+00:00`. */
export function timetzToIso(text: string): string {
  return withOffsetMinutes(text);
}

function isBeforeChrist(text: string): boolean {
  return text.endsWith('BC');
}

/** PostgreSQL leaves the minutes of an offset out when they are zero; ISO 8601's extended format wants them. */
function withOffsetMinutes(text: string): string {
  const sign = text.charAt(text.length - 3);
  return sign === '+' || sign === '-' ? `${text}:00` : text;
}
