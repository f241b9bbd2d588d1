import { runScript } from '../processes.mjs';
import { bytes, count, ms } from '../report.mjs';

export const title = 'Sessions: 1,000,000 of one identity, in one process, without HTTP';

const SESSIONS = 1_000_000;
const EXPIRING = 100_000;
const TOUCHES = 200_000;

export async function measure({ scope, report }) {
  const job = { sessions: SESSIONS, expiring: EXPIRING, touches: TOUCHES };
  const { perSession, rss, nothing, opening, touching, expiry } = await runScript(scope, 'session-fill.mjs', job, ['--expose-gc']);
  const blocks = ({ longest, usual, collection }) => `${ms(longest)} (99 %: ${ms(usual)}; longest garbage collection ${ms(collection)})`;

  report.row('memory of an idle session', '≤ 600 bytes', `heap ${bytes(perSession.heap)}, RSS ${bytes(perSession.rss)}`);
  report.row(`the whole process with ${count(SESSIONS)} sessions`, '< 1 GB', bytes(rss));
  report.row('time to open one, to use one', '', `${ms(opening.each)}, ${ms(touching.each)}`);
  report.row('longest block of the event loop while nothing is done', '', blocks(nothing));
  report.row('  … while they open', '≤ 5 ms', blocks(opening));
  report.row('  … while they are used', '≤ 5 ms', blocks(touching));
  report.row(`  … while ${count(EXPIRING)} expire`, '≤ 5 ms', `${blocks(expiry)}, ${ms(expiry.taken)} in all, ${count(expiry.left)} left`);
}
