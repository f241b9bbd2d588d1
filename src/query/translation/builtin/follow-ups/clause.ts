import { isToOne } from '../joins/distances.js';
import { measureTable, type LogicalForm } from '../logical-form.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { type Ground, leadOf } from './ground.js';

/** "With orders", "that cost more than 50", "not the active ones": said of the rows before, which stand in front of it. */
export function readClause(form: LogicalForm, text: string, { signed, narrowing }: { signed: boolean; narrowing: boolean }, ground: Ground): Reading | undefined {
  const plain = ground.tryRead(text);
  const clause = CLAUSE.test(text) || (narrowing && NARROWING_CLAUSE.test(text));
  const adjective = plain?.heads.length === 1 && isYesNo(plain.heads[0]!);
  const unclear = plain === undefined && signed;
  const placed = PLACED.test(text) && plain?.heads.some((head) => !head.ofValue);
  if (!adjective && !clause && !unclear && !placed && !DENIAL.test(text)) return undefined;
  if (!clause && (plain?.ask ?? plain?.heads.some((head) => head.aggregate))) return undefined;
  const subject = form.measures[0] && form.groups.length === 0 ? measureTable(form.measures[0]) : form.subject;
  // An adjective says something of the rows themselves, or of what they belong to.
  if (adjective && !plain.heads[0]!.refs.some((ref) => ref.kind === 'column' && isToOne(ground.vocabulary.model, subject, ref.info.table))) return undefined;
  for (const asClause of clause || placed ? [false] : [true, false]) {
    const reading = ground.tryRead(text, leadOf(subject, asClause));
    const [own, ...more] = reading?.heads ?? [];
    const said = own?.refs[0]?.kind === 'table' && own.refs[0].table === subject && !own.aggregate && !own.owner && !own.possessed;
    // "3" after "orders" is an order's number, which nobody has said.
    const numbered = reading?.restrictions.some((each) => (each.kind === 'compare' || each.kind === 'between') && each.noun === own);
    if (reading && !reading.ask && said && !numbered && more.length === 0) return { ...reading, heads: [] };
  }
  return undefined;
}

/** Begins what is said of rows, and no question. */
const CLAUSE = /^(?:with|without|that|having|lacking|missing)\b/i;
/** These begin a question as well, unless "those" stands before them. */
const NARROWING_CLAUSE = /^(?:who|whose|which|have|has|had)\b/i;
const DENIAL = /^(?:not|never)\b/i;
const PLACED = /^(?:from|in|at|on|by)\b/i;

/** A yes/no column: said of rows, it is what they are or have. */
export function isYesNo({ refs }: NounPhrase): boolean {
  return refs[0]?.kind === 'column' && refs[0].info.role === 'boolean';
}
