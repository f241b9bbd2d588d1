/** What has been started and must be stopped again, the last first, whatever happens in between. */
export class Scope {
  #stops = [];
  #closed = false;

  /** @returns the thing itself; what comes too late, because the scope is closed already, is stopped at once */
  add(thing, stop) {
    this.#stops.push(() => stop(thing));
    if (this.#closed) {
      void this.close();
      throw new Error('stopped');
    }
    return thing;
  }

  nested() {
    return this.add(new Scope(), (scope) => scope.close());
  }

  async close() {
    this.#closed = true;
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      await Promise.resolve(stop()).catch((error) => console.error(`while stopping: ${error.message}`));
    }
  }
}
