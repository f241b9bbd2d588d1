import { Logger } from '@nestjs/common';
import { Problem } from '../../../../problems/problem.js';
import { ThreadContents } from './thread-contents.js';
import { ThreadEnded, TranslationThread } from './translation-thread.js';

export interface TranslationLineLimits {
  /** Jobs that may wait; more are refused. @default 2000 */
  readonly maxWaiting?: number;
  /** Bytes of schemas and values that the thread keeps, about. @default 300 MB */
  readonly maxBytes?: number;
  /** Milliseconds without a job until the thread is let go, and its memory with it. @default 30 minutes */
  readonly idleMs?: number;
  /** Path of the thread's program, for tests of what becomes of bad ones. */
  readonly entry?: string;
}

/** Something to be done with a thread. It runs again on another one when the first ended meanwhile, so it must not depend on anything left there. */
export type Work<T> = (thread: TranslationThread, contents: ThreadContents) => Promise<T>;

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly signal?: AbortSignal;
  /** Threads that ended over it. */
  lost: number;
}

/** A job that a second thread has not survived is taken for the cause. */
const MAX_LOST = 2;

/**
 * The line before the translation thread: one job at a time, in the order in which they came. The thread is started when
 * there is something to do, and replaced when it ends; nobody else's job is lost with it.
 */
export class TranslationLine {
  private readonly logger = new Logger(TranslationLine.name);
  private readonly waiting: Job[] = [];
  private thread?: TranslationThread;
  private contents?: ThreadContents;
  private serving = false;
  private closed = false;
  private idle?: NodeJS.Timeout;

  constructor(private readonly limits: TranslationLineLimits = {}) {}

  /** Bytes that the thread keeps at most, about: no schema may weigh more. */
  get maxBytes(): number {
    return this.limits.maxBytes ?? 300_000_000;
  }

  /**
   * @param signal takes a job out of the line; one that has begun goes on without its caller
   * @throws {Problem} `TRANSLATOR_UNAVAILABLE`, `SHUTTING_DOWN`
   * @throws what the work failed with, or the signal's reason
   */
  async run<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.closed) throw shuttingDown();
    const { maxWaiting = 2000 } = this.limits;
    if (this.waiting.length >= maxWaiting) throw new Problem('TRANSLATOR_UNAVAILABLE', `${maxWaiting} questions wait to be translated already.`);
    return new Promise<T>((resolve, reject) => {
      const job: Job = { work, resolve: (result) => resolve(result as T), reject, signal, lost: 0 };
      const leave = () => {
        const at = this.waiting.indexOf(job);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(job);
      void this.serve();
    });
  }

  /** Ends the thread; whoever waits is told. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.idle);
    for (const { reject } of this.waiting.splice(0)) reject(shuttingDown());
    await this.thread?.close();
  }

  private async serve(): Promise<void> {
    if (this.serving) return;
    this.serving = true;
    clearTimeout(this.idle);
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) if (!job.signal?.aborted) await this.serveOne(job);
    this.serving = false;
    if (!this.closed) this.idle = setTimeout(() => this.letGo(), this.limits.idleMs ?? 30 * 60_000).unref();
  }

  private async serveOne(job: Job): Promise<void> {
    const { thread, contents } = this.ready();
    contents.begin();
    try {
      job.resolve(await job.work(thread, contents));
    } catch (error) {
      if (!(error instanceof ThreadEnded)) return job.reject(error);
      if (this.closed) return job.reject(shuttingDown());
      job.lost += 1;
      this.logger.warn(`${error.message}; another one takes its place`);
      if (job.lost < MAX_LOST) this.waiting.unshift(job);
      else job.reject(new Problem('TRANSLATOR_UNAVAILABLE', 'The translator did not survive this question.', { hint: 'Ask it in other words, or send SQL to /api/v1/query/sql.', cause: error }));
    }
  }

  private ready(): { thread: TranslationThread; contents: ThreadContents } {
    if (!this.thread || !this.contents || this.thread.ended) {
      this.thread = new TranslationThread(this.limits.entry);
      this.contents = new ThreadContents(this.thread, this.maxBytes);
    }
    return { thread: this.thread, contents: this.contents };
  }

  private letGo(): void {
    void this.thread?.close();
    this.thread = undefined;
    this.contents = undefined;
  }
}

function shuttingDown(): Problem {
  return new Problem('SHUTTING_DOWN', 'The service is shutting down.');
}
