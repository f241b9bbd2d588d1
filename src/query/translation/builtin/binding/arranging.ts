import type { ColumnInfo, TableInfo } from '../lexicon/schema-model.js';
import { sameMeasure, type GroupKey } from '../logical-form.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { addMeasure, type Draft } from './draft.js';
import { bindMeasure } from './measures.js';
import { attributeColumn } from './ranking.js';
import { BindingRefused, type Resolver } from './resolver.js';

/** ORDER BY as asked; without a wish, time runs forward and the largest group comes first. */
export function arrange(reading: Reading, resolver: Resolver, draft: Draft): void {
  for (const wish of reading.order) {
    if (wish.against) {
      arrangeByAgainst(draft, wish.desc);
      continue;
    }
    if (!wish.noun) {
      arrangeUnnamed(wish, resolver, draft);
      continue;
    }
    if (draft.measures.length > 0 || draft.groups.length > 0) {
      const group = groupNamed(wish.noun, draft);
      const key = group?.kind === 'entity' ? keyNamed(wish.noun, group.table) : undefined;
      if (key && !wish.noun.aggregate) {
        const shown: GroupKey = { kind: 'column', info: key };
        draft.groups.unshift(shown);
        draft.order.push({ by: 'group', group: shown, desc: wish.desc });
      } else if (group && !wish.noun.aggregate) draft.order.push({ by: 'group', group, desc: wish.desc });
      else {
        const named = draft.measures.find((measure) => measure.of.kind === 'column' && wish.noun!.refs.some((ref) => ref.kind === 'column' && measure.of.kind === 'column' && ref.info === measure.of.info));
        const measure = named ?? bindMeasure(resolver, { ...wish.noun, aggregate: wish.noun.aggregate ?? 'count' }, draft.subject);
        addMeasure(draft, measure);
        draft.order.push({ by: 'measure', measure: draft.measures.find((each) => sameMeasure(each, measure))!, desc: wish.desc });
      }
      continue;
    }
    const expression = resolver.value(wish.noun);
    if (!expression) throw new BindingRefused(`"${wish.noun.text}" is not something to sort by.`, [wish.noun.text]);
    draft.order.push({ by: 'expression', expression, desc: wish.desc });
  }
  if (draft.order.length > 0 || draft.groups.length === 0 || draft.measures.length === 0) return;
  const time = timeGroup(draft);
  if (time) draft.order.push({ by: 'group', group: time, desc: false });
  else if (draft.computed[0]) draft.order.push({ by: 'computed', computed: draft.computed[0], desc: true });
  else draft.order.push({ by: 'measure', measure: draft.measures[0]!, desc: true });
}

/** "newest first", "descending", "alphabetically": by what is asked for, by what the adjective is about, or by name. */
function arrangeUnnamed({ attribute, measured, desc }: Reading['order'][number], resolver: Resolver, draft: Draft): void {
  const time = attribute?.temporal ? timeGroup(draft) : undefined;
  if (draft.order.length > 0) draft.order[0] = { ...draft.order[0]!, desc };
  else if (time) draft.order.push({ by: 'group', group: time, desc });
  else if (attribute?.temporal && draft.measures.length > 0) throw new BindingRefused('The groups have no time by which they could be put in order.');
  else if (draft.measures.length > 0) draft.order.push({ by: 'measure', measure: draft.measures.at(-1)!, desc });
  else if (attribute) {
    const column = attributeColumn(resolver, draft.subject, attribute, desc);
    draft.order.push({ by: 'expression', expression: { kind: 'column', info: column.info }, desc: column.desc });
  } else if (measured) throw new BindingRefused('It is not clear which number says what comes first: please add "by …".');
  else {
    const info = draft.subject.display[0] ?? draft.subject.key[0];
    if (info) draft.order.push({ by: 'expression', expression: { kind: 'column', info }, desc });
  }
}

/** The group that is a stretch of time. */
function timeGroup({ groups }: Draft): GroupKey | undefined {
  return groups.find((group) => group.kind === 'column' && (group.unit || group.info.words.at(-1) === 'year'));
}

/** "ordered by the ratio". */
function arrangeByAgainst(draft: Draft, desc: boolean): void {
  const [computed] = draft.computed;
  const [expression] = draft.derived;
  const measure = draft.measures.find((each) => each.of.kind === 'arithmetic');
  if (computed) draft.order.push({ by: 'computed', computed, desc });
  else if (expression) draft.order.push({ by: 'expression', expression, desc });
  else if (measure) draft.order.push({ by: 'measure', measure, desc });
  else throw new BindingRefused('There is no ratio or difference to sort by.');
}

function groupNamed(noun: NounPhrase, draft: Draft): GroupKey | undefined {
  return draft.groups.find((group) =>
    noun.refs.some((ref) => {
      if (ref.score < 0.7) return false;
      if (group.kind === 'entity') return (ref.kind === 'table' && ref.table === group.table) || (ref.kind === 'column' && (group.table.display.includes(ref.info) || group.table.key.includes(ref.info)));
      return ref.kind === 'column' && ref.info === group.info;
    }),
  );
}

/** The key column by which an order is asked for, if the noun names that rather than the row. */
function keyNamed(noun: NounPhrase, table: TableInfo): ColumnInfo | undefined {
  return table.key.find((info) => !table.display.includes(info) && noun.refs[0]?.score !== undefined && noun.refs.some((ref) => ref.kind === 'column' && ref.info === info && ref.score >= 0.9));
}
