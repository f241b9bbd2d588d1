/** An adjective that measures something: which columns it may speak of, and which end of them it means. */
export interface Attribute {
  /** Base form: "cheap". */
  readonly adjective: string;
  /** Words of columns it may be about, likeliest first. */
  readonly columns: readonly string[];
  /** True when more of the column means more of the adjective ("expensive"), false for its opposite ("cheap"). */
  readonly rising: boolean;
  /** True for adjectives of time: the column is then a date, or a year. */
  readonly temporal?: boolean;
  /** True for adjectives about how often something occurs: rows are counted. */
  readonly frequency?: boolean;
}

const PRICE = ['price', 'cost', 'fare', 'charge', 'tariff', 'fee', 'amount', 'rent', 'rate', 'value'];
const SIZE = ['size', 'area', 'population', 'quantity', 'amount', 'total', 'capacity', 'length'];
const AGE = ['birth date', 'birth', 'age'];
const DATE = ['date', 'year', 'time'];

/** General English adjectives of measure. */
const ATTRIBUTES: readonly Attribute[] = [
  { adjective: 'expensive', columns: PRICE, rising: true },
  { adjective: 'costly', columns: PRICE, rising: true },
  { adjective: 'pricey', columns: PRICE, rising: true },
  { adjective: 'dear', columns: PRICE, rising: true },
  { adjective: 'cheap', columns: PRICE, rising: false },
  { adjective: 'long', columns: ['length', 'duration', 'distance', 'page', 'time'], rising: true },
  { adjective: 'short', columns: ['length', 'duration', 'height', 'distance', 'page', 'time'], rising: false },
  { adjective: 'tall', columns: ['height', 'elevation'], rising: true },
  { adjective: 'high', columns: ['height', 'elevation', 'altitude'], rising: true },
  { adjective: 'heavy', columns: ['weight', 'mass'], rising: true },
  { adjective: 'light', columns: ['weight', 'mass'], rising: false },
  { adjective: 'large', columns: SIZE, rising: true },
  { adjective: 'big', columns: SIZE, rising: true },
  { adjective: 'small', columns: SIZE, rising: false },
  { adjective: 'populous', columns: ['population'], rising: true },
  { adjective: 'populated', columns: ['population'], rising: true },
  { adjective: 'fast', columns: ['speed', 'velocity'], rising: true },
  { adjective: 'deep', columns: ['depth'], rising: true },
  { adjective: 'wide', columns: ['width'], rising: true },
  { adjective: 'warm', columns: ['temperature'], rising: true },
  { adjective: 'hot', columns: ['temperature'], rising: true },
  { adjective: 'cold', columns: ['temperature'], rising: false },
  { adjective: 'rich', columns: ['balance', 'income', 'salary', 'wealth'], rising: true },
  { adjective: 'old', columns: AGE, rising: false, temporal: true },
  { adjective: 'young', columns: AGE, rising: true, temporal: true },
  { adjective: 'new', columns: DATE, rising: true, temporal: true },
  { adjective: 'recent', columns: DATE, rising: true, temporal: true },
  { adjective: 'late', columns: DATE, rising: true, temporal: true },
  { adjective: 'early', columns: DATE, rising: false, temporal: true },
  { adjective: 'common', columns: [], rising: true, frequency: true },
  { adjective: 'frequent', columns: [], rising: true, frequency: true },
  { adjective: 'rare', columns: [], rising: false, frequency: true },
  { adjective: 'paid', columns: ['salary', 'wage', 'pay', 'rate', 'income'], rising: true },
  { adjective: 'rated', columns: ['rating', 'score', 'star'], rising: true },
];

const IRREGULAR: Readonly<Record<string, string>> = { latest: 'late', later: 'late', dearest: 'dear', dearer: 'dear' };
const ADVERBS: Readonly<Record<string, string>> = { recently: 'recent', frequently: 'frequent', commonly: 'common', often: 'frequent', highly: 'high' };

/** Finds the adjective of a comparative ("cheaper") or superlative ("cheapest"); undefined for any other word. */
export function attributeOf(word: string): { attribute: Attribute; degree: 'base' | 'comparative' | 'superlative' } | undefined {
  for (const attribute of ATTRIBUTES) {
    const { adjective } = attribute;
    if (word === adjective || ADVERBS[word] === adjective) return { attribute, degree: 'base' };
    const root = adjective.replace(/e$/, '').replace(/y$/, 'i');
    const doubled = /[^aeiou][aeiou][gtdn]$/.test(adjective) ? adjective + adjective.at(-1) : root;
    for (const base of [root, doubled]) {
      if (word === `${base}est`) return { attribute, degree: 'superlative' };
      if (word === `${base}er`) return { attribute, degree: 'comparative' };
    }
    if (IRREGULAR[word] === adjective) return { attribute, degree: word.endsWith('st') ? 'superlative' : 'comparative' };
  }
  return undefined;
}
