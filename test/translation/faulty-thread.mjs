// The thread's own program, but for questions that ask it to break, or to sign a file, which each thread does once.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

let signed = false;

function breakIfAsked({ question = '' }) {
  const [, fault, marker] = /^(exit|hang|throw|once|sign) ?(.*)$/.exec(question) ?? [];
  if (fault === 'sign' && !signed) {
    signed = true;
    appendFileSync(marker, 'x');
  }
  if (fault === 'exit') process.exit(7);
  if (fault === 'hang') for (;;);
  if (fault === 'throw') throw new Error('thrown on purpose');
  if (fault === 'once' && !existsSync(marker)) {
    writeFileSync(marker, '');
    process.exit(7);
  }
}

const on = parentPort.on.bind(parentPort);
parentPort.on = (name, listener) => on(name, (message) => {
  breakIfAsked(message);
  listener(message);
});
await import('../../dist/query/translation/builtin/thread/thread-entry.js');
