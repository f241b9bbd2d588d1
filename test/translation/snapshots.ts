import type { Column, ForeignKey, Relation, SchemaSnapshot } from '../../src/schema/schema.dto.js';

const TYPES: Record<string, [base: string, category: string]> = {
  int: ['int4', 'N'], numeric: ['numeric', 'N'], text: ['text', 'S'], date: ['date', 'D'], timestamp: ['timestamptz', 'D'], bool: ['bool', 'B'],
};

/**
 * A snapshot written by hand, for stages that need no database. Columns are `name type`, with `enum(a,b)` for labels, a
 * `!` for the primary key and `>table` for a foreign key to that table's key, e.g. `customer_id int >customers`.
 */
export function snapshotOf(tables: Record<string, string[]>, fingerprint = JSON.stringify(tables)): SchemaSnapshot {
  const relations = Object.entries(tables).map(([name, columns]): Relation => {
    const described = columns.map((text, at) => describe(text, at + 1));
    return {
      schema: 'public',
      name,
      kind: 'table',
      columns: described.map(({ column }) => column),
      primary_key: described.filter(({ primary }) => primary).map(({ column }) => column.name),
      unique_keys: [],
      foreign_keys: described.flatMap(({ column, refers }): ForeignKey[] => {
        const key = refers ? tables[refers]!.find((each) => each.includes('!'))!.split(' ')[0]! : '';
        return refers ? [{ name: `${name}_${column.name}`, columns: [column.name], references_schema: 'public', references_table: refers, references_columns: [key] }] : [];
      }),
      indexes: [],
    };
  });
  return { database: 'handmade', fingerprint, read_at: '2025-01-01T00:00:00Z', search_path: ['public'], relations };
}

function describe(text: string, position: number): { column: Column; primary: boolean; refers: string | undefined } {
  const [name, type = 'text'] = text.replace('!', '').split(' ');
  const labels = /enum\((.*?)\)/.exec(text)?.[1]?.split(',');
  const [base_type, category] = labels ? ['kind', 'E'] : TYPES[type]!;
  const column: Column = { name: name!, position, type: base_type!, base_type: base_type!, category: category!, nullable: !text.includes('!'), ...(labels ? { enum_labels: labels } : {}) };
  return { column, primary: text.includes('!'), refers: />(\w+)/.exec(text)?.[1] };
}
