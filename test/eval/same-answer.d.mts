/** A table of rows. */
interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** @param inOrderOf the expected columns whose values have to come in the same sequence; none: in any order */
export function sameAnswer(expected: Rows, given: Rows, inOrderOf: readonly number[] | undefined): boolean;
