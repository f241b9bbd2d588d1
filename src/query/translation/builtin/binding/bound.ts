import type { ColumnInfo } from '../lexicon/schema-model.js';
import type { Condition, Having } from '../logical-form.js';

/** What restrictions become: conditions on rows, and on groups. */
export interface Bound {
  readonly where: Condition[];
  readonly having: Having[];
  /** A column of which several values were named as if rows could have them all: "active, suspended and expired". */
  readonly split?: ColumnInfo;
}
