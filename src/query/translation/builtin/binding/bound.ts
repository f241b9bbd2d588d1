import type { Condition, Having } from '../logical-form.js';

/** What restrictions become: conditions on rows, and on groups. */
export interface Bound {
  readonly where: Condition[];
  readonly having: Having[];
}
