import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, Min, ValidateNested } from 'class-validator';

/** What names of keys and tenants look like: fit for a log line as they are. */
export const KEY_NAME = /^[\w.@-]{1,64}$/;

const named = { message: '$property must be 1 to 64 letters, digits or any of _ . @ -' };

/** What a key, or all keys of its tenant together, may use. What is left out is bounded by the settings alone. */
export class ApiKeyLimitsEntry {
  /** Sessions of the tenant at one time. */
  @IsOptional() @IsInt() @Min(1) @Max(20_000_000)
  sessions?: number;

  /** Requests of the query routes that the tenant may have under way at one time. */
  @IsOptional() @IsInt() @Min(1) @Max(100_000)
  concurrent_queries?: number;

  /** Connections of the tenant over all its pools. */
  @IsOptional() @IsInt() @Min(1) @Max(100_000)
  connections?: number;

  /** Requests a minute with this key, instead of `RATE_LIMIT_PER_MINUTE`. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000_000)
  requests_per_minute?: number;

  /** Milliseconds a request with this key may take, below `STATEMENT_TIMEOUT_MS`. */
  @IsOptional() @IsInt() @Min(1) @Max(3_600_000)
  statement_timeout_ms?: number;
}

/** One key in `API_KEYS_FILE`. */
export class ApiKeyEntry {
  /** Names the key in log, audit and limits. */
  @IsString() @Matches(KEY_NAME, named)
  name: string;

  /** Whose sessions it opens and uses. Default: the name. */
  @IsOptional() @IsString() @Matches(KEY_NAME, named)
  tenant?: string;

  /** An `admin` teaches its tenant's databases, and sees the statistics of all tenants and the metrics; its sessions are its tenant's, like a user's. Default: user. */
  @IsOptional() @IsIn(['user', 'admin'])
  role?: 'user' | 'admin';

  /** SHA-256 of the key, in hexadecimal or base64url. */
  @IsString() @Matches(/^([0-9a-fA-F]{64}|[\w-]{43})$/, { message: 'sha256 must be the SHA-256 of a key in hexadecimal (64 digits) or base64url (43 characters), in quotes if it is digits only' })
  sha256: string;

  /** Whether requests without a session may use the operator's `DATABASE_URL`. Default: false. */
  @IsOptional() @IsBoolean()
  default_database?: boolean;

  @IsOptional() @IsObject() @ValidateNested() @Type(() => ApiKeyLimitsEntry)
  limits?: ApiKeyLimitsEntry;
}
