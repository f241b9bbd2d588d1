import type { IncomingHttpHeaders } from 'node:http';

/** Request headers that a page of a listed origin may set, and answer headers it may read. */
const MAY_SEND = 'Authorization, Content-Type, If-Match, If-None-Match, X-API-Key, X-Request-Id, X-Session-Id';
const MAY_READ = 'ETag, Retry-After, X-Request-Id';

/** Seconds a browser may remember that it may ask. */
const REMEMBERED_FOR = 600;

/**
 * Which web pages may use the service: its own, and those of the origins listed. Requests of others are refused before
 * anything is done, those included that a browser sends without asking first: what they do would be done although their page
 * cannot read the answer. Programs send none of these headers and are not concerned.
 */
export class OriginRule {
  private readonly listed: ReadonlySet<string>;

  /** @param origins as browsers write them, e.g. `https://app.example.com` */
  constructor(origins: readonly string[]) {
    this.listed = new Set(origins);
  }

  /** Whether the request may come from the page it comes from, if it comes from one. */
  admits(method: string, headers: IncomingHttpHeaders): boolean {
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    if (origin !== undefined) return this.listed.has(origin) || site === 'same-origin' || (site === undefined && isOwn(origin, headers.host));
    if (site === undefined || site === 'same-origin' || site === 'none') return true;
    // A link or a bookmark: whoever follows it sees the answer, and no page does.
    return (method === 'GET' || method === 'HEAD') && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  }

  /** What a browser has to be told so that the page may read the answer; nothing where no origin is listed. */
  headers({ origin }: IncomingHttpHeaders): Record<string, string> {
    if (this.listed.size === 0) return {};
    // An answer without the first header must not be kept for those who need it.
    if (origin === undefined || !this.listed.has(origin)) return { vary: 'Origin' };
    return { vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': MAY_READ };
  }

  /** The answer to a browser that asks first; undefined for any other request. */
  preflight(method: string, headers: IncomingHttpHeaders): Record<string, string> | undefined {
    const isPreflight = method === 'OPTIONS' && headers.origin !== undefined && this.listed.has(headers.origin) && headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return undefined;
    return { 'access-control-allow-methods': 'GET, POST, PUT, DELETE', 'access-control-allow-headers': MAY_SEND, 'access-control-max-age': String(REMEMBERED_FOR) };
  }
}

/** Browsers tell a page's site only to services they reach over HTTPS or on loopback. */
function isOwn(origin: string, host = ''): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}
