import type { Target } from './identity.js';

/** Which pool an event is about; never a key or a credential. */
export type PoolTarget = Pick<Target, 'tenant' | 'host' | 'port' | 'database' | 'user'>;

/** Listen with `@OnEvent(PoolEvent.name)` of `@nestjs/event-emitter`; `kind` tells what happened. */
export class PoolEvent {
  constructor(
    readonly kind: 'connection opened' | 'connection closed' | 'connect failed' | 'exhausted' | 'stale' | 'pool opened' | 'pool closed',
    readonly target: PoolTarget,
    /** Why, where there is a reason: `max lifetime`, `idle`, `caller gone`, a problem code, … */
    readonly reason?: string,
  ) {}
}
