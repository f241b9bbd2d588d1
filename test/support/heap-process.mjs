// The built service in a process of its own that writes its heap to a file when it is asked to. No request of a caller can do that.
import 'reflect-metadata';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createApp } from '../../dist/create-app.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const app = await createApp();
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });

process.on('message', async ({ file }) => {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  writeHeapSnapshot(file);
  process.send({ written: file });
});
process.on('disconnect', () => process.exit());
