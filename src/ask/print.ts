import { table } from '../demo/table.js';
import type { Stages } from './stages.js';

/** Rows shown. */
const MAX_ROWS = 20;

/** The part of an answer, or of a problem, that is printed. */
export interface Answer {
  readonly success: boolean;
  readonly sql_query?: string;
  readonly explanation?: string;
  readonly warnings?: readonly { message: string }[];
  readonly errors_encountered?: readonly { sql: string; error: string }[];
  readonly columns?: string[];
  readonly results?: Record<string, unknown>[];
  readonly row_count?: number;
  readonly detail?: string;
  readonly hint?: string;
  readonly suggestions?: readonly string[];
}

/** Everything about one question as text, a part after the other. */
export function printed(stages: Stages, answer: Answer): string {
  const parts: [title: string, text: string | undefined][] = [
    ['Words', stages.words.map(({ text, meanings }) => `${text.padEnd(20)} ${meanings.join('; ') || 'unknown'}`).join('\n')],
    ['Reading', stages.reading],
    ['Logical form', stages.form],
    ['SQL', answer.sql_query],
    ['Explanation', answer.explanation],
    ['Warnings', answer.warnings?.map(({ message }) => message).join('\n')],
    ['Attempts that failed', answer.errors_encountered?.map(({ sql, error }) => `${error}\n${sql}`).join('\n')],
    ['Rows', answer.results && `${table(answer.columns ?? [], answer.results.slice(0, MAX_ROWS))}${answer.results.length > MAX_ROWS ? `\n… ${answer.row_count} in all` : ''}`],
    ['Not answered', answer.success ? undefined : [answer.detail, answer.hint].filter(Boolean).join('\n')],
    ['Questions that work', answer.suggestions?.join('\n')],
  ];
  return parts.flatMap(([title, text]) => (text ? [`${title}\n${text.replace(/^/gm, '  ')}`] : [])).join('\n\n');
}
