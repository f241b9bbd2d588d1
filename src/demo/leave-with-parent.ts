// Preloaded into the service that the demo starts: when the demo dies, however that happens, the service goes too.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
