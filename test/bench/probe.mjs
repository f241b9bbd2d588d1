// Part of each process that is measured, preloaded into the service: it tells what the process uses when asked, and ends
// it when the benchmark is gone.
const ANSWERS = {
  /** Microseconds of CPU time since the start. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Bytes after a full garbage collection; needs `--expose-gc`. */
  memory() {
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heapUsed };
  },
};

process.on('message', ({ ask }) => {
  if (ask) process.send({ [ask]: ANSWERS[ask]() });
});
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Waiting for questions must not keep a service alive that has shut down.
process.channel.unref();
