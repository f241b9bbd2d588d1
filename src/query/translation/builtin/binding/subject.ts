import { isDerived, tableName, type TableInfo } from '../lexicon/schema-model.js';
import { expressionTable } from '../expression.js';
import type { NounPhrase, Reading } from '../parsing/reading.js';
import { BindingRefused, type Meaning, type Resolver } from './resolver.js';

const PERSONS = ['customer', 'person', 'user', 'employee', 'member', 'client', 'student', 'author', 'patient', 'player', 'staff', 'driver', 'seller', 'salesperson', 'instructor', 'doctor', 'owner', 'guest', 'subscriber', 'contact', 'artist', 'singer', 'musician', 'actor', 'writer', 'listener', 'trainer', 'teacher', 'manager', 'nurse', 'technician', 'agent', 'operator', 'lecturer', 'coach', 'worker', 'tenant', 'visitor', 'passenger', 'borrower', 'applicant', 'candidate', 'lawyer', 'pilot', 'chef', 'judge'];

/** The table whose rows a question is about: what it asks for, or else what its other words speak of. */
export function subjectOf(reading: Reading, resolver: Resolver): TableInfo {
  for (const head of reading.heads) if (!head.aggregate) return tableOfMeaning(must(resolver.resolve(head), head));
  const counted = reading.heads[0];
  if (counted) {
    if (counted.owner && counted.aggregate !== 'count') {
      const owner = resolver.table(counted.owner);
      if (owner) return owner;
    }
    const numeric = counted.aggregate && counted.aggregate !== 'count' ? resolver.resolve(counted, { roles: ['number', 'date'], finer: true }) : resolver.resolve(counted);
    return tableOfMeaning(must(numeric, counted));
  }
  const [against] = reading.against;
  if (against) return subjectOf(against.top, resolver);
  if (reading.ask === 'who') {
    const person = nearestPerson(reading, resolver);
    if (person) return person;
  }
  for (const noun of [...reading.extremes.map((extreme) => extreme.measure), ...reading.groups.map((group) => group.noun)]) {
    const meaning = noun ? resolver.resolve(noun, { measured: true }) : undefined;
    if (meaning) return tableOfMeaning(meaning);
  }
  for (const restriction of reading.restrictions) {
    const compared = (restriction.kind === 'compare' || restriction.kind === 'between') && restriction.noun ? resolver.resolve(restriction.noun) : undefined;
    if (compared?.kind === 'value') return tableOfMeaning(compared);
  }
  throw new BindingRefused('The question does not name anything that this database holds.');
}

/** The table of people that is nearest to what the question measures or mentions. */
function nearestPerson(reading: Reading, resolver: Resolver): TableInfo | undefined {
  const [measure] = [...reading.extremes.map((extreme) => extreme.measure), ...reading.restrictions.map((each) => each.noun)].filter((noun) => noun !== undefined);
  const meaning = measure ? resolver.resolve(measure) : undefined;
  const valued = reading.restrictions.flatMap((each) => (each.kind === 'any' ? each.of : [each])).find((each) => each.kind === 'value');
  const from = meaning ? tableOfMeaning(meaning) : (resolver.anchors[0] ?? (valued?.kind === 'value' ? valued.refs[0]!.info.table : undefined));
  if (!from) return undefined;
  const people = resolver.model.tables.filter(isPerson);
  const near = people.map((table) => ({ table, distance: resolver.distance(from, table) })).filter((each) => each.distance < Infinity);
  near.sort((a, b) => a.distance - b.distance);
  const [first, second] = near;
  if (first && second && first.distance === second.distance) throw new BindingRefused(`"Who" could be ${tableName(first.table)} or ${tableName(second.table)}: please say which.`, [], [tableName(first.table), tableName(second.table)]);
  return first?.table;
}

/** A table of people: called so, or with what only people have. */
function isPerson(table: TableInfo): boolean {
  if (isDerived(table)) return false;
  if (PERSONS.includes(table.words.at(-1) ?? '') || table.display.length === 2) return true;
  return table.display.length === 1 && table.columns.some(({ words }) => PERSONAL.some((word) => words.includes(word)));
}

const PERSONAL = ['birth', 'birthday', 'gender', 'sex', 'surname', 'salary', 'hire', 'hired', 'firstname', 'lastname', 'nationality', 'phone', 'email'];

function tableOfMeaning(meaning: Meaning): TableInfo {
  return meaning.kind === 'table' ? meaning.table : expressionTable(meaning.expression);
}

function must(meaning: Meaning | undefined, noun: NounPhrase): Meaning {
  if (!meaning) throw new BindingRefused(`"${noun.text}" is not clear here.`, [noun.text]);
  return meaning;
}
