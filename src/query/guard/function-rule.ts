import { constantText, locationOf, namesOf, type Fields } from './parse-tree.js';
import { refusedBecause } from './refused-functions.js';
import { checkSetting } from './setting-rule.js';
import type { Objection } from './verdict.js';

const LEAVE_OUT = 'Leave the call out.';

/** Names of functions that are judged by what the server has under them, and not by name alone. */
export type Exempt = (name: string) => boolean;

/**
 * Checks a call, `f(x)`, by its name alone, before any catalogue is asked. Its schema does not matter: modules live in any, and a
 * function of the user's own that is named like a refused one is refused with it.
 */
export function checkCall(call: Fields, exempt: Exempt): Objection | undefined {
  const name = namesOf(call.funcname).at(-1) ?? '';
  const location = locationOf(call);
  const args = (call.args ?? []) as unknown[];
  if (name === 'current_setting') return settingObjection(args[0], location);
  // With three arguments it works on its arguments; with two the second is a query to run.
  if (name === 'ts_rewrite' && args.length === 2) return objection(name, 'with two arguments it runs SQL that is given as text and cannot be checked', location);
  const because = exempt(name) ? undefined : refusedBecause(name);
  return because === undefined ? undefined : objection(name, because, location);
}

/**
 * Checks `x.f`, which PostgreSQL takes for `f(x)` where `x` has no such column: `select (1234).pg_terminate_backend`, or
 * `select g.pg_terminate_backend from generate_series(1, 9) g`.
 *
 * @param names what follows the first name of a column reference, or is selected from an expression
 */
export function checkAttributes(names: readonly (string | undefined)[], location: number | undefined, exempt: Exempt): Objection | undefined {
  for (const name of names) {
    if (name === undefined || exempt(name)) continue;
    const because = name === 'current_setting' ? 'its setting must be written as a constant in a call' : refusedBecause(name);
    if (because !== undefined) return objection(name, because, location);
  }
  return undefined;
}

function settingObjection(argument: unknown, location: number | undefined): Objection | undefined {
  const setting = constantText(argument);
  if (setting === undefined) return { ...objection('current_setting', 'which setting it reads cannot be told', location), hint: "Write the setting's name as a constant." };
  const secret = checkSetting(setting);
  return secret && { ...secret, location };
}

function objection(name: string, because: string, location: number | undefined): Objection {
  return { reason: `The function ${name} is not allowed: ${because}.`, hint: LEAVE_OUT, location };
}
