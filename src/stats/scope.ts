import type { Principal } from '../access/principal.js';
import { Problem } from '../problems/problem.js';

/** Whose statistics somebody may see: one tenant's, or everybody's where it is undefined. */
export type Scope = string | undefined;

/** @throws {Problem} `ADMIN_REQUIRED` for a caller without a key who is no administrator */
export function scopeOf({ role, tenant }: Principal): Scope {
  switch (role) {
    case 'admin':
      return undefined;
    case 'user':
      return tenant;
    case 'guest':
      throw new Problem('ADMIN_REQUIRED', 'Statistics are for administrators, and for keys about their own tenant.');
  }
}

/** @throws {Problem} `ADMIN_REQUIRED` for all others than administrators */
export function assertSeesAll({ role }: Principal): void {
  if (role !== 'admin') throw new Problem('ADMIN_REQUIRED', 'Metrics are for administrators: they are about all tenants together.');
}
