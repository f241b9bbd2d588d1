import type { Objection } from './verdict.js';

/**
 * Settings that hold credentials, or tell where files lie and which commands run; extensions and applications name theirs
 * freely, so it is a matter of words. `all` shows every one of them.
 */
const SECRET = /passw|passphrase|secret|credential|conninfo|token|private|pwd|_key|key$|keyfile|_file$|_command|_director(y|ies)|library_path|log_filename|^all$/;

/** Whether a setting may be shown. Names of settings do not depend on case. */
export function checkSetting(name: string): Objection | undefined {
  if (!SECRET.test(name.toLowerCase())) return undefined;
  return { reason: name === 'all' ? 'SHOW ALL is not allowed: it shows credentials and paths of the server.' : `The setting ${name} is not shown: it may hold credentials or paths of the server.`, hint: 'Show one other setting by its name.' };
}
