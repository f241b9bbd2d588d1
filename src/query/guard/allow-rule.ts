import type { AllowedFunctions } from './allowed-functions.js';
import { isHarmless } from './harmless-functions.js';
import { isSequenceFunction, refusedBecause } from './refused-functions.js';

/** A function of the connected server, as its catalogue has it. */
export interface FunctionFacts {
  readonly schema: string;
  readonly name: string;
  /** `i`mmutable, `s`table or `v`olatile. */
  readonly volatility: string;
  /** Whose it is: PostgreSQL's, an installed extension's, or somebody's own. */
  readonly origin: 'builtin' | 'extension' | 'user';
}

/** Under which rules a function is judged. */
export interface CallRules {
  /** Functions of the database's own, and of extensions, that the operator allows. */
  readonly allowed: AllowedFunctions;
  /**
   * - `called`: the statement calls it by name.
   * - `hidden`: a view, policy, domain, cast or operator of the database calls it. That is its owner's choice; what only reads, by
   *   its own declaration, passes.
   * - `writing`: the statement may write. Whoever may create functions and triggers may call them too.
   */
  readonly use: 'called' | 'hidden' | 'writing';
}

/** Why the function may not be called, as the end of a sentence; undefined when it may. */
export function objectionTo({ schema, name, volatility, origin }: FunctionFacts, { allowed, use }: CallRules): string | undefined {
  if (origin !== 'builtin' && allowed.has(schema, name)) return undefined;
  if (origin === 'user') {
    if (use === 'writing') return undefined;
    if (use === 'hidden') return volatility === 'v' ? 'it is declared VOLATILE, so that it may do more than read' : undefined;
    return 'it is a function of the database’s own, and what it does cannot be seen';
  }
  if (use === 'writing' && isSequenceFunction(name)) return undefined;
  const because = refusedBecause(name);
  if (because !== undefined) return because;
  return volatility === 'v' && !isHarmless(name) ? 'it is declared VOLATILE and not known to be harmless' : undefined;
}

/** What to do about it. */
export function hintFor({ schema, name, origin }: FunctionFacts, use: CallRules['use']): string {
  const remedy = `the operator can allow it with ALLOW_FUNCTIONS=${schema}.${name}`;
  if (use !== 'hidden') return origin === 'builtin' ? 'Leave the call out.' : `Leave the call out; ${remedy}.`;
  if (origin === 'builtin') return 'Read the tables behind it.';
  return origin === 'user' ? `If it only reads, its owner should declare it STABLE; ${remedy}.` : `Read the tables behind it; ${remedy}.`;
}
