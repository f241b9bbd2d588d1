/** Types that cover the JSON of our answers and problems. */
const JSON_RANGES = ['*/*', 'application/*', 'application/json', 'application/problem+json'];

/** Whether a caller takes JSON. Weights are not looked at: there is nothing to choose from. */
export function acceptsJson(header: string | undefined): boolean {
  if (!header?.trim()) return true;
  return header.split(',').some((range) => JSON_RANGES.includes(range.split(';')[0]?.trim().toLowerCase() ?? ''));
}
