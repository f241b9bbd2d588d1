import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A TCP proxy that makes a server on the loopback interface look far away: what is sent arrives half a round trip later,
 * in order and however much of it is under way at one time. A connection counts as made one round trip after it was
 * asked for, as over a real network, although the kernel reports it at once.
 *
 * @returns its port
 */
export async function startDelayProxy(scope, { host, port }, roundTripMs) {
  const sockets = new Set();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host, port, noDelay: true });
    forward(near, far, roundTripMs / 2, performance.now() + roundTripMs);
    forward(far, near, roundTripMs / 2, 0);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  scope.add(server, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server.address().port;
}

function forward(from, to, delayMs, notBefore) {
  const underWay = [];
  let timer;
  // One timer for the first chunk under way: separate ones could overtake each other when they come due together.
  const deliver = () => {
    while (underWay.length > 0 && underWay[0].due <= performance.now()) underWay.shift().arrive();
    timer = underWay.length > 0 ? setTimeout(deliver, Math.ceil(underWay[0].due - performance.now())) : undefined;
  };
  const later = (arrive) => {
    underWay.push({ due: Math.max(performance.now(), notBefore) + delayMs, arrive });
    timer ??= setTimeout(deliver, delayMs);
  };
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}
