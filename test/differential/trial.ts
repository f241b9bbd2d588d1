import postgres from 'postgres';
import { Problem } from '../../src/problems/problem.js';
import { CatalogueFacts } from '../../src/query/guard/catalogue-facts.js';
import { Guard } from '../../src/query/guard/guard.js';
import type { Admitted } from '../../src/query/guard/verdict.js';
import { loadSettings } from '../../src/settings/load-settings.js';
import { fillForAnalytics } from '../analytics/analysed-database.js';
import { type AttackedDatabase, attackedDatabase } from '../attacks/outside.js';
import { caller, identityOf, type TestPools, testPools } from '../support/test-pools.js';

/** Statements that run at the same time. */
const SESSIONS = 4;

/** Some mutants go on for ever. */
const TIME_LIMIT_MS = 400;

/** What became of a statement; `unforeseen` is a failure that is no answer to it. */
export type Outcome = 'refused' | 'ran' | 'failed' | { readonly unforeseen: unknown };

/**
 * A database under attack by a superuser, whom nothing stops but the guard and the way statements are run.
 *
 * What is admitted runs twice: as the service runs it, and in bare transactions that are read-only but are committed and cleared
 * of nothing, so that what only the cleaning up would have undone is seen as well.
 */
export class Trial {
  private constructor(
    private readonly database: AttackedDatabase,
    private readonly pools: TestPools,
    private readonly guard: Guard,
    private readonly bare: readonly postgres.Sql[],
  ) {}

  static async open(): Promise<Trial> {
    const database = await attackedDatabase();
    await fillForAnalytics(database);
    const pools = testPools({ POOL_MAX_CONNECTIONS: String(SESSIONS), SESSION_MAX_SHARE: '1' });
    const guard = new Guard(new CatalogueFacts(pools.manager, loadSettings({})), loadSettings({}));
    await guard.onModuleInit();
    const { host, port, name, admin } = database;
    const connection = { statement_timeout: TIME_LIMIT_MS, application_name: 'bare' };
    const bare = Array.from({ length: SESSIONS }, () => postgres({ host, port, database: name, user: admin.user, password: admin.password, max: 1, onnotice: () => {}, fetch_types: false, connection, max_lifetime: null }));
    return new Trial(database, pools, guard, bare);
  }

  /** Runs statements, some at a time. */
  async run(statements: readonly string[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const left = [...statements.entries()];
    const identity = identityOf(this.database, this.database.admin);
    const work = async (session: postgres.Sql) => {
      for (let next = left.shift(); next; next = left.shift()) outcomes[next[0]] = await this.tryOut(this.database.fill(next[1]), identity, session);
    };
    await Promise.all(this.bare.map(work));
    return outcomes;
  }

  /** All that statements could have changed: in the database, and in the sessions that are never cleared. */
  async state(): Promise<string> {
    const inside = await Promise.all(this.bare.map((session) => session.unsafe(INSIDE)));
    return JSON.stringify([await this.database.fingerprint(), inside.map(([row]) => row)]);
  }

  async close(): Promise<void> {
    this.pools.end();
    await Promise.all(this.bare.map((session) => session.end({ timeout: 1 })));
    await this.database.drop();
  }

  private async tryOut(sql: string, identity: ReturnType<typeof identityOf>, session: postgres.Sql): Promise<Outcome> {
    const request = { identity, caller: caller(), deadline: Date.now() + 20_000, writes: 'refused' } as const;
    let admitted: Admitted;
    try {
      admitted = await this.guard.admit(sql, request);
    } catch (error) {
      return isAnswer(error) ? 'refused' : { unforeseen: error };
    }
    const { text, kind } = admitted;
    try {
      await this.pools.manager.read(identity, request.caller, { text, kind, maxRows: 50, maxBytes: 200_000, deadline: Date.now() + TIME_LIMIT_MS });
    } catch (error) {
      if (!isAnswer(error)) return { unforeseen: error };
      // It would take as long again.
      if (error.code === 'STATEMENT_TIMEOUT') return 'failed';
      await runBare(session, admitted);
      return 'failed';
    }
    return runBare(session, admitted);
  }
}

/** A transaction as the service begins it, but committed. It may not have taken a transaction id: only what writes does. */
async function runBare(session: postgres.Sql, { text, kind }: Admitted): Promise<Outcome> {
  const queries = kind === 'cursor' ? [`declare c no scroll cursor for ${text}`, 'fetch 51 from c'] : [text];
  const results = await Promise.allSettled(
    ['begin read only', ...queries, 'select pg_current_xact_id_if_assigned() as id', 'commit'].map((query) => session.unsafe(query, [], { simple: false } as object)),
  );
  const [answer, id] = [results.at(-3), results.at(-2)];
  if (id?.status === 'fulfilled' && id.value[0]?.id !== null) return { unforeseen: 'it took a transaction id' };
  return answer?.status === 'fulfilled' ? 'ran' : 'failed';
}

/** Whether the service would tell it to the caller as an answer to the statement. */
function isAnswer(error: unknown): error is Problem {
  return error instanceof Problem && (error.status < 500 || error.code === 'STATEMENT_TIMEOUT');
}

const INSIDE = `select pg_backend_pid() as pid, current_user || ' ' || session_user as who, (select md5(string_agg(name || '=' || setting, ',' order by name)) from pg_settings where source = 'session' and name not like 'transaction%') as settings,
  (select count(*)::int from pg_prepared_statements where from_sql) as prepared, (select count(*)::int from pg_listening_channels()) as channels, (select count(*)::int from pg_cursors where is_holdable) as cursors,
  (select count(*)::int from pg_class where relpersistence = 't') as temporary, (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks`;
