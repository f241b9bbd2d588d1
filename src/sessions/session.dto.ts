import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import type { SslMode } from '../pools/identity.js';
import { IsPemCertificates } from './pem.js';

// A NUL byte in any of these would end the field early in the start-up packet and let the rest become parameters of its own.
const NO_CONTROL = /^[^\p{Cc}]*$/u;
const noControl = { message: '$property must not contain control characters' };

/** Where and as whom to connect. */
export class ConnectDto {
  /**
   * Host name or IP address of the PostgreSQL server: one, without port, scheme or path.
   * @example "localhost"
   */
  @IsString() @MinLength(1) @MaxLength(253) @Matches(/^(\[[0-9a-fA-F:.]+\]|[^\s\p{Cc}/\\,@:?#[\]]+|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)$/u, { message: 'host must be one host name or IP address, without port, scheme or path' })
  host: string;

  /**
   * TCP port.
   * @example 5432
   */
  @IsOptional() @IsInt() @Min(1) @Max(65535)
  port?: number = 5432;

  /**
   * Database name.
   * @example "shop"
   */
  @IsString() @MinLength(1) @MaxLength(63) @Matches(NO_CONTROL, noControl)
  database: string;

  /**
   * Role to log in as. Best a role that may only read.
   * @example "shop_reader"
   */
  @IsString() @MinLength(1) @MaxLength(63) @Matches(NO_CONTROL, noControl)
  username: string;

  /**
   * The role's password; may be empty where the server asks for none. Kept encrypted while a session uses it.
   * @example "the role's password"
   */
  @IsString() @MaxLength(1024) @Matches(/^[^\0]*$/, { message: 'password must not contain NUL characters' })
  password: string;

  /**
   * TLS mode with libpq's meaning. `require` encrypts without checking who answers; `verify-full` checks certificate and name.
   * The server's configured mode when left out.
   */
  @IsOptional() @IsIn(['disable', 'prefer', 'require', 'verify-ca', 'verify-full'])
  ssl?: SslMode;

  /** PEM certificates of the authorities to trust instead of those built into Node, for `verify-ca` and `verify-full`. */
  @IsOptional() @IsString() @MaxLength(65_536) @IsPemCertificates()
  ssl_ca?: string;

  /** False: SQL of this session may change rows and structure, where the operator allows it. Questions only ever read. */
  @IsOptional() @IsBoolean()
  read_only?: boolean = true;
}

/** What the server told about the database at connect. */
export class DatabaseInfoDto {
  /**
   * Product and version.
   * @example "PostgreSQL 18.4"
   */
  version: string;

  /** Database name. */
  database: string;

  /** Tables (partitioned ones included, views not) the role may read. */
  table_count: number;

  /** Role the session runs as. */
  user: string;

  /** Whether the role is a superuser. */
  superuser: boolean;

  /** Whether the connection to the database is encrypted. */
  encrypted: boolean;

  /** Advice about the role, if any. */
  warnings: string[];
}

/** A session was opened. */
export class ConnectedDto {
  success: boolean;

  /** @example "Connection successful" */
  message: string;

  database_info: DatabaseInfoDto;

  /** Send it with each request, in the body or as `X-Session-Id`. Keep it secret: whoever knows it may use the session. */
  session_id: string;

  /** When the session ends unless it is used, ISO 8601. Each request moves it. */
  expires_at: string;

  /** Whether the session may only read. */
  read_only: boolean;

  request_id: string;
}

/** Names the session of a request. */
export class SessionIdDto {
  /** From connect. May be sent as the header `X-Session-Id` instead. */
  @IsOptional() @IsString()
  session_id?: string;
}

/** The session was closed. */
export class DisconnectedDto {
  success: boolean;

  /** @example "Disconnected" */
  message: string;

  request_id: string;
}

/** What is told of a session, to its owner and in statistics. */
export class SessionDescriptionDto {
  /** Database name. */
  database: string;

  /** Host as given at connect. */
  host: string;

  /** Role the session runs as. */
  user: string;

  /** ISO 8601. */
  created_at: string;

  /** ISO 8601. */
  last_accessed: string;

  /** When the session ends unless it is used, ISO 8601. */
  expires_at: string;

  /** Requests made with this session. */
  request_count: number;
}

/** What a session is, told to its owner: this request is counted already. */
export class SessionInfoDto extends SessionDescriptionDto {
  success: boolean;

  /** Whether the session may only read. */
  read_only: boolean;

  request_id: string;
}
