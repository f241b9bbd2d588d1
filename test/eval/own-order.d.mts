/** One line of a file of questions. */
export interface Question {
  readonly id: string;
  readonly category: string;
  readonly question: string;
  /** Absent where only a refusal is right. */
  readonly gold_sql?: string;
}

/** True where the rows have to come in the order of the gold. */
export function asksForOrder(question: Question): boolean;

/** The columns that show the order: the one it is by, or all of them where that one is not among them. */
export function orderOf(statement: string, columns: readonly string[]): number[];
