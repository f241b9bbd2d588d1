import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { Caller, Identity } from '../../pools/identity.js';
import { callerGone } from '../../pools/pool.js';
import { PoolManager } from '../../pools/pool-manager.js';
import { Problem } from '../../problems/problem.js';
import { SharedLoad } from '../../schema/shared-load.js';
import { Settings } from '../../settings/settings.js';
import { toParameters } from '../encoding/parameters.js';
import { EVERY_CAST, type Fact, type FactKind, type Facts } from './catalogue-rule.js';
import type { Mentions } from './mentions.js';

const CATALOGUE_FACTS = readFileSync(new URL('./catalogue-facts.sql', import.meta.url), 'utf8').trim();

/** How long a server is believed to have what it had. Somebody may replace a function meanwhile. */
const FRESH_MS = 60_000;

/** Names kept for one identity; with more, it starts over. */
const MAX_NAMES = 20_000;

const MAX_ROWS = 100_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** Who asks, and until when an answer is of use. */
export interface FactsReader {
  readonly identity: Identity;
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** What one identity's server has under the names asked for so far. */
export class KnownFacts implements Facts {
  private readonly names = new Map<string, Fact[]>();
  /** Names that are being asked for, so that many who come at once ask once. */
  readonly loads = new Map<string, SharedLoad<void>>();
  /** Statements that were found to be good, by what they mention. */
  readonly admitted = new WeakSet<Mentions>();

  constructor(readonly until: number) {}

  get size(): number {
    return this.names.size;
  }

  of(kind: FactKind, name: string): readonly Fact[] {
    return this.names.get(`${kind} ${name}`) ?? [];
  }

  /** Names of this kind that nothing is known of yet. */
  unknown(kind: FactKind, names: Iterable<string>): string[] {
    return [...new Set(names)].filter((name) => !this.names.has(`${kind} ${name}`));
  }

  add(kind: FactKind, name: string, fact: Fact): void {
    const known = this.names.get(`${kind} ${name}`);
    if (known) known.push(fact);
    else this.names.set(`${kind} ${name}`, [fact]);
  }

  /** Remembers that names have nothing behind them. */
  settle(kind: FactKind, names: readonly string[]): void {
    for (const name of this.unknown(kind, names)) this.names.set(`${kind} ${name}`, []);
  }
}

/** Asks the connected server what is behind names: once a minute, for each identity and name. */
@Injectable()
export class CatalogueFacts {
  /** Weak: kept for as long as the identity has sessions. */
  private readonly known = new WeakMap<Identity, KnownFacts>();

  constructor(
    private readonly pools: PoolManager,
    private readonly settings: Settings,
  ) {}

  /** What is known of an identity's server by now. */
  knownTo({ identity }: FactsReader, now: number): KnownFacts {
    let facts = this.known.get(identity);
    if (!facts || facts.until < now || facts.size > MAX_NAMES) this.known.set(identity, (facts = new KnownFacts(now + FRESH_MS)));
    return facts;
  }

  /** Forgets what is known, because a statement of the identity's own has changed the structure. */
  forget(identity: Identity): void {
    this.known.delete(identity);
  }

  /**
   * Adds what these mention.
   *
   * @throws {Problem} when the server cannot be asked, or has too much of it
   */
  async learn(mentions: Mentions, facts: KnownFacts, { identity, caller, deadline }: FactsReader): Promise<void> {
    const { calls, operators, types, relations } = mentions;
    const names = (mentions: readonly { name: string }[]) => mentions.map(({ name }) => name);
    const wanted: [FactKind, string[]][] = [
      ['function', facts.unknown('function', names(calls))],
      ['operator', facts.unknown('operator', names(operators))],
      ['type', facts.unknown('type', names(types))],
      ['relation', facts.unknown('relation', names(relations))],
    ];
    if (wanted.every(([, list]) => list.length === 0)) return;
    wanted.push(['cast', facts.unknown('cast', [EVERY_CAST])]);
    const key = JSON.stringify(wanted);
    let load = facts.loads.get(key);
    if (!load || load.abandoned) {
      // A function that is not there now may be in a moment, and is asked for again; hardly ever is a column taken for one.
      const columns = calls.filter(({ attribute }) => attribute).map(({ name }) => name);
      load = new SharedLoad((signal) => this.load(wanted, columns, facts, identity, { ...caller, queue: 'guard', signal }));
      const mine = load;
      facts.loads.set(key, mine);
      const done = () => facts.loads.get(key) === mine && facts.loads.delete(key);
      mine.result.then(done, done);
    }
    const late = AbortSignal.timeout(Math.max(1, deadline - Date.now()));
    try {
      await load.join(caller.signal ? AbortSignal.any([caller.signal, late]) : late);
    } catch (error) {
      if (caller.signal?.aborted) throw callerGone();
      if (late.aborted) throw new Problem('STATEMENT_TIMEOUT', 'Looking up what the statement mentions took longer than the time limit of the request.');
      throw error;
    }
  }

  private async load(wanted: readonly [FactKind, string[]][], columns: readonly string[], facts: KnownFacts, identity: Identity, caller: Caller): Promise<void> {
    const params = toParameters(wanted.map(([, list]) => list));
    const deadline = Date.now() + this.settings.statementTimeoutMs;
    const { rows, truncated } = await this.pools.read(identity, caller, { text: CATALOGUE_FACTS, kind: 'cursor', params, maxRows: MAX_ROWS, maxBytes: MAX_BYTES, deadline });
    if (truncated) throw new Problem('STATEMENT_NOT_ALLOWED', 'The statement names more functions and views than can be checked.', { hint: 'Name fewer of them at a time.' });
    for (const row of rows) {
      const [kind, , name] = row as [FactKind, string, string];
      facts.add(kind, name, factOf(row));
    }
    for (const [kind, list] of wanted) facts.settle(kind, kind === 'function' ? columns : list);
  }
}

function factOf([, schema, , visible, name = null, functionSchema, volatility, origin, minArgs, maxArgs = null, sql = null, present, named]: readonly (string | null)[]): Fact {
  const found = { schema: schema ?? '', visible: visible === 't', present: present ?? undefined, named: named ?? undefined };
  if (sql !== null) return { ...found, sql };
  if (name === null) return found;
  return {
    ...found,
    function: {
      name, schema: functionSchema ?? '', volatility: volatility ?? 'v', origin: origin === 'builtin' || origin === 'extension' ? origin : 'user',
      minArgs: Number(minArgs), maxArgs: maxArgs === null ? Infinity : Number(maxArgs),
    },
  };
}
