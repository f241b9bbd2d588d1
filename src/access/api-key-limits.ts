import { Injectable } from '@nestjs/common';
import { ApiKeys } from './api-keys.js';
import { TenantLimit, TenantLimits } from './tenant-limits.js';

const NONE: TenantLimit = {};

/** What `API_KEYS_FILE` says. */
@Injectable()
export class ApiKeyLimits extends TenantLimits {
  constructor(private readonly keys: ApiKeys) {
    super();
  }

  of(tenant: string): TenantLimit {
    return this.keys.limits.get(tenant) ?? NONE;
  }
}
