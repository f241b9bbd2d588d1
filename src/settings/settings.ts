import { IsArray, IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Matches, Max, Min, Validate } from 'class-validator';
import { AddressList, AtMost, CredentialsKeys, ExclusionList, HostOrRange, OriginList, PortList, PostgresUrl } from './setting-rules.js';

/**
 * Every setting of the service, typed and validated once at start. A property `poolMinConnections` is
 * `pool_min_connections` in `config/*.yaml` and `POOL_MIN_CONNECTIONS` in the environment; the unit is in the name.
 * Defaults and the reason for each stand in `config/default.yaml`.
 */
export class Settings {
  @IsInt() @Min(0) @Max(65535)
  port: number;

  @IsString() @Matches(/^\S+$/, { message: 'must be an address or host name to listen on' })
  host: string;

  @IsBoolean()
  allowOpen: boolean;

  @Validate(AddressList)
  trustedProxies: string[];

  @Validate(OriginList)
  corsOrigins: string[];

  @IsBoolean()
  auditReads: boolean;

  @IsBoolean()
  auditSql: boolean;

  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  logLevel: string;

  @IsNumber() @Min(0) @Max(3600)
  shutdownGraceSeconds: number;

  @IsOptional() @IsString() @Matches(/^\S{16,}$/, { message: 'must be at least 16 characters without spaces' })
  adminToken?: string;

  /** Path of the file with API keys; without one the service is open. */
  @IsOptional() @IsString() @Matches(/^[^\0]+$/, { message: 'must be the path of a file' })
  apiKeysFile?: string;

  @IsInt() @Min(0) @Max(1_000_000)
  rateLimitPerMinute: number;

  /** The first one seals and tells identities apart; all of them open what another process or start has sealed. */
  @Validate(CredentialsKeys)
  credentialsKey: string[];

  @IsOptional() @Validate(PostgresUrl)
  databaseUrl?: string;

  @IsInt() @Min(0) @Max(1000) @Validate(AtMost, ['poolMaxConnections'])
  poolMinConnections: number;

  @IsInt() @Min(1) @Max(1000)
  poolMaxConnections: number;

  @IsInt() @Min(1) @Max(100_000)
  poolMaxTotalConnections: number;

  @IsInt() @Min(1) @Max(100_000)
  poolMaxConnectionsPerServer: number;

  @IsNumber() @Min(0.001) @Max(10080)
  poolIdleTimeoutMinutes: number;

  @IsInt() @Min(1) @Max(600_000)
  poolAcquireTimeoutMs: number;

  @IsInt() @Min(0) @Max(1_000_000)
  poolMaxWaiting: number;

  @IsInt() @Min(0) @Max(1_000_000)
  sessionMaxWaiting: number;

  @IsNumber() @Min(0.01) @Max(1)
  sessionMaxShare: number;

  @IsNumber() @Min(0.01) @Max(86_400)
  connectionIdleSeconds: number;

  @IsNumber() @Min(0.01) @Max(1440)
  connectionMaxLifetimeMinutes: number;

  @IsInt() @Min(1) @Max(600_000)
  connectTimeoutMs: number;

  @IsInt() @Min(1) @Max(1000)
  connectMaxConcurrent: number;

  @IsInt() @Min(1) @Max(100_000)
  connectFailuresPerMinute: number;

  @IsNumber() @Min(0) @Max(86_400)
  credentialsRecheckSeconds: number;

  @IsIn(['disable', 'prefer', 'require', 'verify-ca', 'verify-full'])
  sslMode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

  @IsNumber() @Min(0.001) @Max(43_200)
  sessionTimeoutMinutes: number;

  @IsInt() @Min(1) @Max(20_000_000)
  maxSessions: number;

  @IsNumber() @Min(0.01) @Max(43_200)
  schemaTtlMinutes: number;

  /** Folder of what people teach, relative to the working directory unless absolute. */
  @IsString() @Matches(/^[^\0]+$/, { message: 'must be the path of a folder' })
  dataDir: string;

  /** Path of the file with configured glossaries. */
  @IsOptional() @IsString() @Matches(/^[^\0]+$/, { message: 'must be the path of a file' })
  glossaryFile?: string;

  @IsBoolean()
  translationValues: boolean;

  @Validate(ExclusionList)
  valuesExclude: string[];

  @IsInt() @Min(1) @Max(3_600_000)
  statementTimeoutMs: number;

  @IsInt() @Min(1) @Validate(AtMost, ['maxRows'])
  defaultRows: number;

  @IsInt() @Min(1) @Max(1_000_000)
  maxRows: number;

  @IsInt() @Min(1024) @Max(1_073_741_824)
  maxResponseBytes: number;

  @IsInt() @Min(1024) @Max(1_073_741_824)
  maxRowBytes: number;

  @IsInt() @Min(64) @Max(10_485_760)
  maxSqlBytes: number;

  @IsBoolean()
  allowWrites: boolean;

  @IsArray() @Matches(/^[^.]+\.[^.]+$/, { each: true, message: 'must be a list of schema.function or schema.*' })
  allowFunctions: string[];

  @IsBoolean()
  refuseSuperuser: boolean;

  @IsBoolean()
  poolerResetsAlways: boolean;

  @IsArray() @Validate(HostOrRange)
  egressAllow: string[];

  @IsArray() @Validate(HostOrRange)
  egressDeny: string[];

  @Validate(PortList)
  egressPorts: string[];

  /** Name of the profile the values came from; `default` without one. */
  @IsString()
  profile: string;

}
