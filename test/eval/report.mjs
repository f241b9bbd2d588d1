import { ms } from '../bench/report.mjs';
import { percentile } from '../bench/statistics.mjs';

const NAME_WIDTH = 34;
const HEADS = ['asked', 'correct', 'wrong', 'refused', 'error', 'correct %', 'precision %'];

export function printHead() {
  printLine('', HEADS);
}

/** Rows of one variant: all of its questions, then those of each value of the given properties. */
export function printVariant(name, results, by) {
  printLine(name, counts(results));
  for (const property of by) {
    for (const value of new Set(results.map((result) => result[property]).sort())) {
      if (value !== undefined) printLine(`    ${value}`, counts(results.filter((result) => result[property] === value)));
    }
  }
  console.log('');
}

/** @param {{ first: number[], later: number[] }} times milliseconds; `first` of the databases that were not asked before */
export function printTimes(name, { first, later }) {
  const firsts = first.length === 0 ? '' : `; the first question of a database: median ${ms(percentile(first, 0.5))}, longest ${ms(Math.max(...first))}`;
  console.log(`${name.padEnd(NAME_WIDTH)}median ${ms(percentile(later, 0.5))}, 99th percentile ${ms(percentile(later, 0.99))}${firsts}`);
}

export function printResult({ id, outcome, question, sql, how, detail }) {
  console.log(`[${outcome}] ${id}: ${question}`);
  for (const line of [how, detail, sql]) if (line) console.log(`    ${line.replaceAll('\n', ' ')}`);
}

function counts(results) {
  const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
  const [correct, wrong, refused] = ['correct', 'wrong', 'refused'].map(count);
  // Where nothing can be answered, a refusal is what is right, and nothing can be precise.
  const asked = results.length;
  const good = results.filter(({ outcome, expectsRefusal }) => outcome === (expectsRefusal ? 'refused' : 'correct')).length;
  const precision = results.every(({ expectsRefusal }) => expectsRefusal) ? '' : percent(correct, correct + wrong);
  return [asked, correct, wrong, refused, asked - correct - wrong - refused, percent(good, asked), precision];
}

function percent(part, whole) {
  return whole === 0 ? '–' : ((100 * part) / whole).toFixed(1);
}

function printLine(name, cells) {
  console.log(name.padEnd(NAME_WIDTH) + cells.map((cell, i) => String(cell).padStart(HEADS[i].length + 2)).join(''));
}
