/** A handshake that waits for its turn. */
interface Waiting {
  readonly server: string;
  readonly start: () => void;
}

/**
 * Bounds how many connections are being opened at one time: each handshake costs about a millisecond of main-thread CPU. No
 * server may take more than half of the places, so that one which never answers does not hold up the others.
 */
export class Handshakes {
  /** Servers of the handshakes that run, one entry each. */
  private readonly running: string[] = [];
  private waiting: Waiting[] = [];
  private readonly maxPerServer: number;

  constructor(private readonly max: number) {
    this.maxPerServer = Math.max(1, Math.ceil(max / 2));
  }

  /**
   * Runs the handshake when it is its turn.
   *
   * @param server host and port
   * @param signal gives up waiting; the handshake itself has to listen to it by itself
   */
  async run<T>(server: string, signal: AbortSignal, handshake: () => Promise<T>): Promise<T> {
    if (!this.mayStart(server)) await this.turn(server, signal);
    else this.running.push(server);
    try {
      return await handshake();
    } finally {
      this.running.splice(this.running.indexOf(server), 1);
      this.startNext();
    }
  }

  private mayStart(server: string): boolean {
    return this.running.length < this.max && this.running.filter((other) => other === server).length < this.maxPerServer;
  }

  private turn(server: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        server,
        start: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const giveUp = () => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiting);
    });
  }

  private startNext(): void {
    const next = this.waiting.find(({ server }) => this.mayStart(server));
    if (!next) return;
    this.waiting = this.waiting.filter((other) => other !== next);
    this.running.push(next.server);
    next.start();
  }
}
