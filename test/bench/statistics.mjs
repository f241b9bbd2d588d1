export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function median(values) {
  return percentile(values, 0.5);
}

/** On a slow machine fewer repeats have to do. */
const MAX_MS = 8000;

/** Times `action` again and again. @returns milliseconds of each */
export async function times(repeats, action) {
  const taken = [];
  const end = performance.now() + MAX_MS;
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    if (started > end) break;
    await action(i);
    taken.push(performance.now() - started);
  }
  return taken;
}

/** Runs `action` for 0 … total-1, `parallel` of them at one time. */
export async function inParallel(total, parallel, action) {
  let next = 0;
  const worker = async (lane) => {
    while (next < total) await action(next++, lane);
  };
  await Promise.all(Array.from({ length: parallel }, (_, lane) => worker(lane)));
}
