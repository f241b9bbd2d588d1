// A schema as companies have them: names made of a few hundred common words, keys between the tables, a status here and there.
const NOUNS = ('customer order product invoice payment shipment warehouse supplier employee department project task ticket contract account ledger '
  + 'transaction campaign lead visit appointment patient doctor course student teacher grade building room device sensor reading vehicle driver route '
  + 'trip booking hotel guest review article author comment tag category brand store region country city address message subscription plan feature '
  + 'license asset budget expense report audit').split(' ');
const KINDS = ['', 'archived', 'internal', 'external', 'monthly', 'daily', 'regional', 'corporate', 'web', 'mobile', 'partner', 'legacy', 'draft', 'temporary', 'primary', 'planned', 'shared'];
const COLUMNS = [
  ['name', 'text'], ['status', 'text'], ['created_at', 'timestamptz'], ['updated_at', 'timestamptz'], ['total_amount', 'numeric'], ['unit_price', 'numeric'], ['quantity', 'int4'],
  ['description', 'text'], ['email', 'text'], ['phone_number', 'text'], ['city', 'text'], ['country_code', 'text'], ['is_active', 'bool'], ['start_date', 'date'], ['end_date', 'date'],
  ['priority_level', 'int4'], ['tax_rate', 'numeric'], ['external_ref', 'text'], ['notes', 'text'], ['discount_pct', 'numeric'], ['weight_kg', 'numeric'], ['birth_date', 'date'],
];
const CATEGORIES = { text: 'S', timestamptz: 'D', date: 'D', numeric: 'N', int4: 'N', bool: 'B' };

/** Tables of so many columns, the first of them the key, then up to two references to tables before. */
export function plausibleTables(count, columns) {
  const names = KINDS.flatMap((kind) => NOUNS.map((noun) => [kind, plural(noun)].filter(Boolean).join('_'))).slice(0, count);
  return names.map((name, i) => {
    const references = new Map([names[(i * 7) % Math.max(i, 1)], names[(i * 13) % Math.max(i, 1)]].filter((parent) => i > 0 && parent !== name).map((parent) => [`${parent}_id`, parent]));
    const keys = ['id', ...references.keys()].map((column) => [column, 'int4']);
    const others = Array.from({ length: columns - keys.length }, (_, k) => COLUMNS[(i * 5 + k) % COLUMNS.length]);
    return { name, columns: [...keys, ...others], references };
  });
}

/** As `create table` statements. */
export function asStatements(tables) {
  return tables.map(({ name, columns, references }) => {
    const described = columns.map(([column, type]) => `${column} ${type}${column === 'id' ? ' primary key' : references.has(column) ? ` references ${references.get(column)}` : ''}`);
    return `create table ${name} (${described.join(', ')})`;
  });
}

/** As the service reads it. */
export function asSnapshot(tables, fingerprint) {
  const relations = tables.map(({ name, columns, references }) => ({
    schema: 'public', name, kind: 'table', primary_key: ['id'], unique_keys: [], indexes: [],
    columns: columns.map(([column, type], at) => ({ name: column, position: at + 1, type, base_type: type, category: CATEGORIES[type], nullable: column !== 'id' })),
    foreign_keys: [...references].map(([column, parent]) => ({ name: `${name}_${column}`, columns: [column], references_schema: 'public', references_table: parent, references_columns: ['id'] })),
  }));
  return { database: 'bench', fingerprint, read_at: new Date().toISOString(), search_path: ['public'], relations };
}

function plural(noun) {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
