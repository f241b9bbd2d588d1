import { Injectable } from '@nestjs/common';
import type { Session } from './session.js';
import { ExpiredSessions, SessionPage, SessionStore } from './session-store.js';
import { SessionTable, type Place } from './session-table.js';

/** A session and where it stands in its expiry bucket. */
interface Entry extends Session {
  dueSecond: number;
  slot: number;
}

/** One tenant's sessions. */
interface Tenant {
  /** Grows from tenant to tenant, so that a cursor can name one without its name. */
  readonly serial: number;
  readonly sessions: SessionTable<Entry>;
}

/**
 * Sessions in memory, a table for each tenant: nobody else's is ever looked into. Expiry goes by buckets of one second, so
 * that no sweep looks at a session that is not due: a touched session stays in its old bucket and moves on when that one
 * comes due.
 */
@Injectable()
export class MemorySessionStore extends SessionStore {
  /** Tenants with sessions, in the order of their serial numbers. */
  private readonly tenants = new Map<string, Tenant>();
  private nextSerial = 0;
  /** Sessions of all tenants: every connect asks. */
  private held = 0;
  private readonly due = new Map<number, Entry[]>();
  /** The first second whose bucket may hold something. */
  private nextSecond = Math.floor(Date.now() / 1000);

  async open(session: Session): Promise<void> {
    const entry: Entry = { ...session, dueSecond: 0, slot: 0 };
    const { tenant } = session.identity.target;
    let owner = this.tenants.get(tenant);
    if (!owner) this.tenants.set(tenant, (owner = { serial: this.nextSerial++, sessions: new SessionTable() }));
    owner.sessions.add(entry);
    this.held++;
    this.putInBucket(entry);
  }

  async touch(tenant: string, id: string, now: number, timeoutMs: number): Promise<Session | undefined> {
    const entry = this.find(tenant, id);
    if (!entry || entry.expiresAt <= now) return undefined;
    entry.lastAccessedAt = now;
    entry.expiresAt = now + timeoutMs;
    entry.requestCount++;
    return entry;
  }

  async close(tenant: string, id: string): Promise<Session | undefined> {
    const entry = this.find(tenant, id);
    if (!entry) return undefined;
    this.remove(entry);
    this.takeFromBucket(entry);
    return entry;
  }

  async list(tenant: string | undefined, cursor: string | undefined, limit: number): Promise<SessionPage> {
    const [serial, place] = parse(cursor);
    if (tenant === undefined) return this.listAll(serial, place, limit);
    const { entries = [], next } = this.tenants.get(tenant)?.sessions.page(place, limit) ?? {};
    return { sessions: entries, nextCursor: next && cursorOf(0, next) };
  }

  async count(tenant?: string): Promise<number> {
    return tenant === undefined ? this.held : (this.tenants.get(tenant)?.sessions.size ?? 0);
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
          this.remove(entry);
          expired.push(entry);
        }
      }
    }
    return { expired, more: false };
  }

  private listAll(from: number, place: Place, limit: number): SessionPage {
    const sessions: Session[] = [];
    for (const { serial, sessions: table } of this.tenants.values()) {
      if (serial < from) continue;
      const { entries, next } = table.page(serial === from ? place : START, limit - sessions.length);
      sessions.push(...entries);
      if (next) return { sessions, nextCursor: cursorOf(serial, next) };
    }
    return { sessions };
  }

  private find(tenant: string, id: string): Entry | undefined {
    return this.tenants.get(tenant)?.sessions.get(id);
  }

  private remove({ id, identity: { target: { tenant } } }: Entry): void {
    const owner = this.tenants.get(tenant);
    owner?.sessions.delete(id);
    this.held--;
    if (owner?.sessions.size === 0) this.tenants.delete(tenant);
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

const START: Place = { prefix: 0, offset: 0 };

function cursorOf(serial: number, { prefix, offset }: Place): string {
  return `${serial}.${prefix}.${offset}`;
}

function parse(cursor = ''): [serial: number, place: Place] {
  const [, serial, prefix, offset] = /^(\d{1,15})\.(\d{1,5})\.(\d{1,7})$/.exec(cursor) ?? [];
  return Number(prefix) <= 0xffff ? [Number(serial), { prefix: Number(prefix), offset: Number(offset) }] : [0, START];
}
