import { type CallRules, type FunctionFacts, hintFor, objectionTo } from './allow-rule.js';
import type { CallMention, Mention, Mentions } from './mentions.js';
import type { Objection } from './verdict.js';

/** What a name of the connected server calls, or what hides behind it. */
export interface Fact {
  /** Schema of the name itself; of a cast, that of the type it makes. */
  readonly schema: string;
  /** Whether the name is found without its schema. */
  readonly visible: boolean;
  /** Absent where the fact is that the name exists, or {@link sql}. */
  readonly function?: FunctionFacts & { readonly minArgs: number; readonly maxArgs: number };
  /** Query of a view, condition of a policy or a domain, as a statement. */
  readonly sql?: string;
  /** OID of a type that a value can have where the name stands, told if a cast takes or makes it; of a cast, what has to come into play. */
  readonly present?: string;
  /** OID of the type that has to be named, for a cast to be called. */
  readonly named?: string;
}

/** Facts by kind of name and name. A name that the server does not have has none. */
export interface Facts {
  of(kind: FactKind, name: string): readonly Fact[];
}

export type FactKind = 'function' | 'operator' | 'type' | 'relation' | 'cast';

/** The name under which all casts are known: statements have none for them. */
export const EVERY_CAST = '*';

/** An objection, or the statements that hide behind the names and have to be looked into, each with the name of what holds it. */
export type CatalogueVerdict = { readonly objection: Objection } | { readonly hidden: ReadonlyMap<string, string> };

/** Schemas of the server itself, in which nobody else can put anything. */
const BUILTIN = new Set(['pg_catalog', 'information_schema']);

/**
 * Checks each name that a statement mentions against what the connected server has under it. Which of several functions of
 * one name PostgreSQL would choose depends on the types of the arguments; each that could be chosen has to be allowed.
 */
export function checkMentions(mentions: Mentions, facts: Facts, rules: CallRules): CatalogueVerdict {
  const hidden = new Map<string, string>();
  for (const call of mentions.calls) {
    const found = facts.of('function', call.name).filter((fact) => fits(call, fact));
    for (const fact of found) {
      const objection = fact.function && takes(call, fact.function) ? refusal(fact.function, rules, call) : undefined;
      if (!objection) continue;
      const builtin = call.schema === undefined && found.some(({ function: other }) => other?.origin === 'builtin' && takes(call, other) && objectionTo(other, rules) === undefined);
      return { objection: builtin ? { ...objection, hint: `${objection.hint} If PostgreSQL’s own is meant, write pg_catalog.${call.name}.` } : objection };
    }
    if (found.length === 0 && !call.attribute && call.schema !== 'pg_catalog' && !facts.of('type', call.name).some((fact) => fits(call, fact))) return { objection: missing(call, facts) };
  }
  const behind: CallRules = { ...rules, use: rules.use === 'writing' ? 'writing' : 'hidden' };
  const present = new Map<string, Mention>();
  const named = new Map<string, Mention>();
  for (const [kind, names] of [['function', mentions.calls], ['operator', mentions.operators], ['type', mentions.types], ['relation', mentions.relations]] as const) {
    for (const mention of names) {
      for (const fact of facts.of(kind, mention.name)) {
        if (!fits(mention, fact)) continue;
        const objection = kind === 'operator' && fact.function && refusal(fact.function, behind, mention, `the operator ${mention.name}`);
        if (objection) return { objection };
        if (fact.sql !== undefined && rules.use !== 'writing') hidden.set(fact.sql, `${fact.schema}.${mention.name}`);
        if (fact.present !== undefined) for (const types of kind === 'type' ? [present, named] : [present]) types.set(fact.present, mention);
      }
    }
  }
  const objection = checkCasts(facts, present, named, behind);
  if (objection) return { objection };
  return { hidden };
}

/** Looks at each cast for which the types of a statement are there: those of values in it, and those that it names. */
function checkCasts(facts: Facts, present: ReadonlyMap<string, Mention>, named: ReadonlyMap<string, Mention>, rules: CallRules): Objection | undefined {
  for (const cast of facts.of('cast', EVERY_CAST)) {
    const value = cast.present === undefined ? undefined : present.get(cast.present);
    const target = cast.named === undefined ? undefined : named.get(cast.named);
    const mention = target ?? value;
    if (!cast.function || !mention || (cast.present !== undefined && !value) || (cast.named !== undefined && !target)) continue;
    const objection = refusal(cast.function, rules, mention, target ? `a cast to ${mention.name}` : `a cast of what comes with ${mention.name}`);
    if (objection) return objection;
  }
  return undefined;
}

/** Objects to what a view, policy or domain does, at the place where the statement names it. */
export function throughHolder({ reason, hint }: Objection, holder: string, mentions: Mentions): Objection {
  const name = holder.slice(holder.indexOf('.') + 1);
  const location = [...mentions.relations, ...mentions.types].find((mention) => mention.name === name)?.location;
  return { reason: `${holder} cannot be read: behind it, ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`, hint, location };
}

/** Whether a name as it is written can mean the one of the catalogue. */
function fits({ schema }: Mention, fact: Fact): boolean {
  return schema === undefined ? fact.visible : schema === fact.schema;
}

function takes({ args }: CallMention, { minArgs, maxArgs }: { minArgs: number; maxArgs: number }): boolean {
  return args === undefined || (args >= minArgs && args <= maxArgs);
}

function refusal(called: FunctionFacts, rules: CallRules, { location }: Mention, by?: string): Objection | undefined {
  const because = objectionTo(called, rules);
  if (because === undefined) return undefined;
  const name = BUILTIN.has(called.schema) ? called.name : `${called.schema}.${called.name}`;
  return { reason: `The function ${name}${by === undefined ? '' : `, which ${by} calls,`} is not allowed: ${because}.`, hint: hintFor(called, rules.use), location };
}

/** PostgreSQL would say so too. Asking it would give somebody else the time to make one. */
function missing({ schema, name, location }: CallMention, facts: Facts): Objection {
  const elsewhere = [...new Set(facts.of('function', name).map((fact) => `${fact.schema}.${name}`))];
  const hint = elsewhere.length > 0 ? `There is ${elsewhere.join(' and ')}: write the schema before the name.` : 'Check the name.';
  return { reason: `There is no function ${schema === undefined ? '' : `${schema}.`}${name}.`, hint, location, code: 'SQL_INVALID' };
}
