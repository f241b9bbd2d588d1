import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy whose connections can fall silent, as those do that a firewall has forgotten: no data, no close. */
export interface StallingProxy {
  readonly port: number;
  /** Silences the connections of this moment; later ones work. */
  stall(): void;
  close(): void;
}

/** @param listenOn the proxy's own port; by default any that is free */
export async function stallingProxy(host: string, port: number, listenOn = 0): Promise<StallingProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((inner) => {
    const outer = connect(port, host);
    const pair = [inner, outer] as const;
    pairs.add(pair);
    inner.pipe(outer).pipe(inner);
    for (const socket of pair) socket.on('error', () => {}).on('close', () => pair.forEach((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(listenOn, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      for (const [inner, outer] of pairs) {
        inner.unpipe(outer).pause();
        outer.unpipe(inner).pause();
      }
    },
    close() {
      server.close();
      for (const pair of pairs) pair.forEach((socket) => socket.destroy());
    },
  };
}
