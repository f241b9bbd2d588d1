import { readFile } from 'node:fs/promises';

/**
 * Bytes of memory that a process of this machine has to itself, each page it shares with others counted in part: Pss.
 * `undefined` where the system cannot tell (not Linux) or the process is elsewhere.
 *
 * @param {string} program part of its command line, so that a number of another machine is not taken for one of ours
 */
export async function processMemory(pid, program) {
  try {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (!commandLine.includes(program)) return undefined;
    const [, kilobytes] = /^Pss: +(\d+) kB$/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
