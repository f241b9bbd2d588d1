import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { SessionDescriptionDto } from '../sessions/session.dto.js';

/** Which page. */
export class PageDto {
  /** Entries at most. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(1000)
  limit?: number = 100;

  /** `next_cursor` of the page before. */
  @IsOptional() @IsString() @Matches(/^[\d.]{1,40}$/, { message: 'cursor must be a next_cursor of an earlier page' })
  cursor?: string;
}

/** One pool as it is now. */
export class PoolStatsDto {
  /** Whose pool it is; `default` for callers without an API key and the default database. */
  tenant: string;

  database: string;

  host: string;

  port: number;

  user: string;

  /** Connections leased to requests now. */
  active_connections: number;

  /** Connections ready to be leased. */
  idle_connections: number;

  /** Connections being opened. */
  opening_connections: number;

  /** Requests waiting for a connection. */
  waiting: number;

  min_connections: number;

  max_connections: number;

  /** Connections the pool makes do with: `max_connections`, or fewer while the server has none left for it. */
  effective_max_connections: number;

  /** Connections opened since the pool exists. */
  opened: number;

  /** Connections closed since the pool exists. */
  closed: number;

  /** Requests that gave up waiting since the pool exists. */
  timeouts: number;

  /** Milliseconds a request waited for its connection: the median of the last 256. */
  lease_wait_p50_ms: number;

  /** Milliseconds a request waited for its connection: the 99th percentile of the last 256. */
  lease_wait_p99_ms: number;

  /** Whether the database has refused the credentials: no new leases. */
  stale: boolean;

  /** ISO 8601. */
  created_at: string;

  /** ISO 8601. */
  last_used: string;
}

export class PoolsStatsDto {
  total_pools: number;

  pools: PoolStatsDto[];

  /** Address and port of each server that does not answer and is not dialled for the moment. For administrators; nobody else gets any. */
  unreachable_servers: string[];

  /** Give it back as `cursor` for the next page; absent on the last one. */
  next_cursor?: string;
}

/** One session, without anything that would let its reader use it. */
export class SessionStatsDto extends SessionDescriptionDto {
  /** The session's keyed reference, as in the log: not the id, and of no use to connect. */
  session_id: string;

  /** Whose session it is; `default` for callers without an API key. */
  tenant: string;
}

export class SessionsStatsDto {
  total_sessions: number;

  sessions: SessionStatsDto[];

  /** Give it back as `cursor` for the next page; absent on the last one. */
  next_cursor?: string;
}
