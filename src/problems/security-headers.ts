/**
 * Headers of every answer, errors included: what it is must not be guessed, kept, framed, run or taken by another page.
 * A plain table instead of a middleware for it: the answers that never reach a route need them as well.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

/**
 * What Swagger UI needs: its own scripts, styles in its page and on its elements, pictures it carries along, and requests to
 * this service alone. The last also keeps it from showing a document of another server as ours (`/docs?url=…`).
 */
const DOCUMENTATION_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** The headers for an answer to this URL. */
export function securityHeaders(url: string): Readonly<Record<string, string>> {
  return /^\/docs(?:[/?]|$)/.test(url) ? DOCUMENTATION_HEADERS : SECURITY_HEADERS;
}
