import type { FastifyRequest } from 'fastify';

// The one place that tells routes apart by what they ask of their callers. It goes by the route that was found, not by the
// path as it was written, which has many spellings. What is not named here needs a key, routes of the future included.

/** Open to everybody: what orchestrators and readers need before they have a key. Nothing of a tenant is here. */
const PUBLIC = ['/health', '/docs', '/openapi.json'];

const STATISTICS = ['/api/v1/stats', '/metrics'];

/** Where administrators teach; reading there is for everybody with a session. */
const TEACHING = ['/api/v1/schema/glossary', '/api/v1/query/approve', '/api/v1/query/approved'];

export function isPublic(request: FastifyRequest): boolean {
  return isPublicPath(request.routeOptions.url);
}

/** @param path of a route, as it was registered */
export function isPublicPath(path: string | undefined): boolean {
  return isUnder(PUBLIC, path);
}

/** Routes that `ADMIN_TOKEN` opens. */
export function isStatistics(request: FastifyRequest): boolean {
  return isUnder(STATISTICS, request.routeOptions.url);
}

/** Routes for administrators alone that are about one tenant's databases. */
export function isTeaching(request: FastifyRequest): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD' && isUnder(TEACHING, request.routeOptions.url);
}

/** A request for which no route was found has none. */
function isUnder(prefixes: readonly string[], path: string | undefined): boolean {
  return path !== undefined && prefixes.some((prefix) => path === prefix || (path.startsWith(prefix) && path[prefix.length] === '/'));
}
