import { Injectable } from '@nestjs/common';
import type { Session } from './session.js';
import { ExpiredSessions, SessionPage, SessionStore } from './session-store.js';

/** One `Map` of a million entries blocks the event loop for tens of milliseconds when it grows; 256 small ones do not. */
const SHARDS = 256;

/** A session and where it stands in its expiry bucket. */
interface Entry extends Session {
  dueSecond: number;
  slot: number;
}

/**
 * Sessions in memory. Expiry goes by buckets of one second, so that no sweep looks at a session that is not due: a touched
 * session stays in its old bucket and moves on when that one comes due.
 */
@Injectable()
export class MemorySessionStore extends SessionStore {
  private readonly shards = Array.from({ length: SHARDS }, () => new Map<string, Entry>());
  private readonly due = new Map<number, Entry[]>();
  /** The first second whose bucket may hold something. */
  private nextSecond = Math.floor(Date.now() / 1000);

  async open(session: Session): Promise<void> {
    const entry: Entry = { ...session, dueSecond: 0, slot: 0 };
    this.shardOf(session.id).set(session.id, entry);
    this.putInBucket(entry);
  }

  async touch(id: string, now: number, timeoutMs: number): Promise<Session | undefined> {
    const entry = this.shardOf(id).get(id);
    if (!entry || entry.expiresAt <= now) return undefined;
    entry.lastAccessedAt = now;
    entry.expiresAt = now + timeoutMs;
    entry.requestCount++;
    return entry;
  }

  async close(id: string): Promise<Session | undefined> {
    const entry = this.shardOf(id).get(id);
    if (!entry) return undefined;
    this.shardOf(id).delete(id);
    this.takeFromBucket(entry);
    return entry;
  }

  async list(cursor: string | undefined, limit: number): Promise<SessionPage> {
    const [first = 0, offset = 0] = /^\d+\.\d+$/.test(cursor ?? '') ? (cursor ?? '').split('.').map(Number) : [];
    const sessions: Session[] = [];
    let skip = offset;
    for (let shard = first; shard < SHARDS; shard++) {
      let at = 0;
      for (const entry of this.shards[shard]?.values() ?? []) {
        if (at++ < skip) continue;
        if (sessions.length === limit) return { sessions, nextCursor: `${shard}.${at - 1}` };
        sessions.push(entry);
      }
      skip = 0;
    }
    return { sessions };
  }

  async count(): Promise<number> {
    return this.shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  override async expire(now: number, limit: number): Promise<ExpiredSessions> {
    const expired: Session[] = [];
    for (let looked = 0; this.nextSecond <= now / 1000; this.nextSecond++) {
      const bucket = this.due.get(this.nextSecond);
      while (bucket && bucket.length > 0) {
        if (looked++ === limit) return { expired, more: true };
        const entry = bucket[bucket.length - 1];
        if (!entry) break;
        this.takeFromBucket(entry);
        if (entry.expiresAt > now) {
          this.putInBucket(entry);
        } else {
          this.shardOf(entry.id).delete(entry.id);
          expired.push(entry);
        }
      }
    }
    return { expired, more: false };
  }

  private shardOf(id: string): Map<string, Entry> {
    // UUIDs v4 begin with random digits.
    return this.shards[parseInt(id.slice(0, 2), 16) % SHARDS] ?? (this.shards[0] as Map<string, Entry>);
  }

  private putInBucket(entry: Entry): void {
    entry.dueSecond = Math.max(this.nextSecond, Math.ceil(entry.expiresAt / 1000));
    const bucket = this.due.get(entry.dueSecond);
    if (bucket) entry.slot = bucket.push(entry) - 1;
    else {
      entry.slot = 0;
      this.due.set(entry.dueSecond, [entry]);
    }
  }

  /** The bucket's last entry takes the place of the one removed. */
  private takeFromBucket(entry: Entry): void {
    const bucket = this.due.get(entry.dueSecond);
    const last = bucket?.pop();
    if (bucket && last && last !== entry) {
      bucket[entry.slot] = last;
      last.slot = entry.slot;
    }
    if (bucket?.length === 0) this.due.delete(entry.dueSecond);
  }
}
