import type { TestApp } from './test-app.js';

/** How one request of a load ended. */
export interface Ending {
  /** Of the problem; `OK` for rows, `NO ANSWER` where the service gave none. */
  readonly code: string;
  readonly status: number;
  readonly retryable?: boolean;
  readonly retryAfter: string | null;
  /** True when rows came that are not those asked for. */
  readonly wrong: boolean;
  /** When it was sent: the number of the first request that was sent later. */
  readonly sent: number;
}

/** Requests of several sessions, several at a time each, every one with a marker of its own. */
export interface MarkedLoad {
  /** All that have ended, in that order. */
  readonly endings: Ending[];
  /** The same without those that came to rows. */
  failures(): Ending[];
  /** Number of requests sent so far. */
  sent(): number;
  /** Resolves when the last ones have ended. */
  stop(): Promise<void>;
}

const LANES = 4;
/** Milliseconds between two requests of a lane whose last one failed: less would only keep the processor busy. */
const BREATH_MS = 20;

/** @param patienceMs after which a request counts as never answered */
export function markedLoad(app: TestApp, sessions: readonly string[], patienceMs: number): MarkedLoad {
  const endings: Ending[] = [];
  let sent = 0;
  let stopped = false;

  const request = async (session: string, lane: string): Promise<Ending> => {
    const marker = `mk_${lane}_${sent}_km`;
    const [sql, values] = [
      [`SELECT '${marker}'`, [marker]] as const,
      [`SELECT '${marker} ' || i FROM generate_series(1, 50) i`, Array.from({ length: 50 }, (_, i) => `${marker} ${i + 1}`)] as const,
      [`SELECT '${marker}' FROM pg_sleep(0.02)`, [marker]] as const,
    ][sent % 3] as readonly [string, readonly string[]];
    const mine = ++sent;
    let giveUp: NodeJS.Timeout | undefined;
    const nothing = new Promise<undefined>((resolve) => (giveUp = setTimeout(() => resolve(undefined), patienceMs)));
    const answer = await Promise.race([app.sql(session, sql, { row_format: 'array' }).catch(() => undefined), nothing]);
    clearTimeout(giveUp);
    if (!answer) return { code: 'NO ANSWER', status: 0, retryAfter: null, wrong: false, sent: mine };
    const { status, body, text, headers } = answer;
    const wrong = status === 200 ? JSON.stringify(body.results) !== JSON.stringify(values.map((value) => [value])) : (text.match(/mk_\w+?_km/g) ?? []).some((found) => found !== marker);
    return { code: status === 200 ? 'OK' : body.code, status, retryable: body.retryable, retryAfter: headers.get('retry-after'), wrong, sent: mine };
  };
  const lane = async (session: string, name: string) => {
    while (!stopped) {
      const ending = await request(session, name);
      endings.push(ending);
      if (ending.code !== 'OK') await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
  };
  const lanes = sessions.flatMap((session, i) => Array.from({ length: LANES }, (_, j) => lane(session, `${i}x${j}`)));
  return {
    endings,
    failures: () => endings.filter(({ code }) => code !== 'OK'),
    sent: () => sent,
    async stop() {
      stopped = true;
      await Promise.all(lanes);
    },
  };
}
