import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Asked, Reply, Told } from './messages.js';

/**
 * The heap of the thread. What it keeps is bounded by `ThreadContents`; this is the wall behind it, for a schema whose lexicon
 * comes out far larger than others: V8 then ends the thread and not the service.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 32 };

/** The thread is no more, by itself or because it was ended; whatever was asked of it may be asked of another one. */
export class ThreadEnded extends Error {}

/** What was asked took too long; the thread was ended with it. */
export class TookTooLong extends Error {}

interface Pending {
  readonly resolve: (reply: Exclude<Reply, { fault: Error }>) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread that translates. It keeps the process alive while something is asked of it, and at no other time. */
export class TranslationThread {
  private readonly worker: Worker;
  private pending?: Pending;
  private reason?: Error;

  /** @param entry path of the compiled program of the thread */
  constructor(entry = ENTRY) {
    // Nothing of how this process was started is the thread's business: preloaded modules, or secrets in the environment.
    this.worker = new Worker(entry, { name: 'translation', resourceLimits: RESOURCE_LIMITS, execArgv: [], argv: [], env: {} });
    this.worker.unref();
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('messageerror', (error) => this.end(error));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', (code) => this.end(new Error(`exit code ${code}`)));
  }

  get ended(): boolean {
    return this.reason !== undefined;
  }

  tell(message: Told): void {
    this.worker.postMessage(message);
  }

  /**
   * One thing at a time.
   *
   * @throws {TookTooLong} the thread is ended
   * @throws {ThreadEnded} it ended before the reply
   * @throws what it failed with, a defect
   */
  async ask(message: Asked, limitMs: number): Promise<Exclude<Reply, { fault: Error }>> {
    if (this.reason) throw this.gone();
    this.worker.ref();
    // A loop that was busy for longer may find the time over and the reply there: the reply counts.
    const timer = setTimeout(() => setImmediate(() => this.end(new TookTooLong(`no reply within ${limitMs} ms`))), limitMs);
    try {
      return await new Promise<Exclude<Reply, { fault: Error }>>((resolve, reject) => {
        this.pending = { resolve, reject };
        this.worker.postMessage(message);
      });
    } finally {
      clearTimeout(timer);
      this.worker.unref();
    }
  }

  /** Ends the thread now, whatever it does. */
  async close(): Promise<void> {
    this.end(new Error('closed'));
    await this.worker.terminate();
  }

  private settle(reply: Reply): void {
    const pending = this.pending;
    this.pending = undefined;
    if ('fault' in reply) pending?.reject(new Error(`The translator failed: ${reply.fault.message}`, { cause: reply.fault }));
    else pending?.resolve(reply);
  }

  private end(reason: Error): void {
    if (this.reason) return;
    this.reason = reason;
    const pending = this.pending;
    this.pending = undefined;
    pending?.reject(reason instanceof TookTooLong ? reason : this.gone());
    void this.worker.terminate();
  }

  private gone(): ThreadEnded {
    return new ThreadEnded(`The translation thread ended: ${this.reason?.message}`, { cause: this.reason });
  }
}

/** Beside this file; where the sources themselves run, as in tests, that of the build. */
const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../../../../dist/query/translation/builtin/thread/thread-entry.js' : './thread-entry.js', import.meta.url));
