const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Characters of a path in a log line. */
const MAX_PATH = 200;

/** The path of a URL as it may be logged: without its query, and without the session ids that callers put into it by mistake. */
export function loggedPath(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(UUID, '{uuid}').slice(0, MAX_PATH);
}
