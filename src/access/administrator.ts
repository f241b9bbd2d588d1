import { Problem } from '../problems/problem.js';
import type { Principal } from './principal.js';

/**
 * @param detail who may do what was asked for, as a sentence
 * @throws {Problem} `ADMIN_REQUIRED` for all others than administrators
 */
export function assertAdministrator({ role }: Principal, detail: string): void {
  if (role !== 'admin') throw new Problem('ADMIN_REQUIRED', detail);
}
