import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The flag takes effect for contexts made after it was set.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap that are in use after everything has been collected that can be. */
export async function heapInUse(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    collectGarbage();
    // What finalizers and settled promises let go of goes with the next one.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** Sockets and timers that keep the process alive at this moment. */
export function liveResources(): { sockets: number; timers: number } {
  const all = process.getActiveResourcesInfo();
  return { sockets: all.filter((name) => name === 'TCPSocketWrap').length, timers: all.filter((name) => name === 'Timeout').length };
}
