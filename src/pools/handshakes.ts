/** Bounds how many connections are being opened at one time: each handshake costs about a millisecond of main-thread CPU. */
export class Handshakes {
  private running = 0;
  private readonly queued: (() => void)[] = [];

  constructor(private readonly max: number) {}

  async run<T>(handshake: () => Promise<T>): Promise<T> {
    if (this.running >= this.max) await new Promise<void>((resolve) => this.queued.push(resolve));
    else this.running++;
    try {
      return await handshake();
    } finally {
      const next = this.queued.shift();
      if (next) next();
      else this.running--;
    }
  }
}
