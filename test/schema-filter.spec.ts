import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Relation } from '../src/schema/schema.dto.js';
import { matchesETag, schemaETag } from '../src/schema/schema-etag.js';
import { SchemaQuery } from '../src/schema/schema-query.dto.js';
import { filterRelations, parseTablesFilter } from '../src/schema/tables-filter.js';

const relations = ['public.customers', 'public.orders', 'public.Orders', 'public.order_lines', 'sales.orders', 'sales.a.b, "c"', 'archive.old*'].map((name): Relation => {
  const dot = name.indexOf('.');
  return { schema: name.slice(0, dot), name: name.slice(dot + 1), kind: 'table', columns: [], primary_key: [], unique_keys: [], foreign_keys: [], indexes: [] };
});

function filtered(text: string | undefined) {
  const { relations: found, unknown } = filterRelations(relations, parseTablesFilter(text));
  return { found: found.map(({ schema, name }) => `${schema}.${name}`), unknown };
}

describe('the tables filter', () => {
  it.each([
    ['a name in every schema, whatever its case', 'ORDERS', ['public.orders', 'public.Orders', 'sales.orders']],
    ['a quoted name exactly', '"Orders"', ['public.Orders']],
    ['a schema and a name', ' Sales . orders ', ['sales.orders']],
    ['a quoted name with separators and quotes in it', 'sales."a.b, ""c"""', ['sales.a.b, "c"']],
    ['wildcards at the end', 'order*', ['public.orders', 'public.Orders', 'public.order_lines', 'sales.orders']],
    ['wildcards inside', 'o*r*ne*', ['public.order_lines']],
    ['wildcards as a whole name', 'sales.*', ['sales.orders', 'sales.a.b, "c"']],
    ['wildcards in the schema', '*c.customers', ['public.customers']],
    ['no wildcard between quotes', '"old*","order*"', ['archive.old*']],
    ['several names, in the order of the schema', 'sales.orders,customers', ['public.customers', 'sales.orders']],
  ])('understands %s', (_, text, expected) => {
    expect(filtered(text).found).toEqual(expected);
  });

  it('does not use one text for two pieces of a pattern', () => {
    expect(filtered('order*rders').found).toEqual([]);
  });

  it('lets everything through when it is left out or empty', () => {
    expect(filtered(undefined).found).toHaveLength(relations.length);
    expect(filtered('  ')).toEqual({ ...filtered(undefined), unknown: [] });
  });

  it('reports names that nothing answers to, as written', () => {
    expect(filtered('orders, Nothing , "x,y".z, sales.customers')).toMatchObject({ unknown: ['Nothing', '"x,y".z', 'sales.customers'] });
  });

  it.each(['orders,', ',orders', 'a.b.c', '"open', 'a b', '.a', '""', 'a"b"'])('refuses %s and names the field', (tables) => {
    const [error] = validateSync(plainToInstance(SchemaQuery, { tables }));
    expect(error?.constraints).toEqual({ tablesFilter: expect.stringMatching(/^tables must be names separated by commas.* at character \d+$/) });
  });

  it('refuses more than a hundred names', () => {
    expect(validateSync(plainToInstance(SchemaQuery, { tables: Array(100).fill('a').join() }))).toEqual([]);
    expect(validateSync(plainToInstance(SchemaQuery, { tables: Array(101).fill('a').join() }))).toHaveLength(1);
  });
});

describe('the ETag of a schema', () => {
  const tag = schemaETag('abc', parseTablesFilter('orders'));

  it('is weak and differs by structure and filter', () => {
    expect(tag).toMatch(/^W\/"[\w-]+"$/);
    expect(schemaETag('abc', parseTablesFilter('orders'))).toBe(tag);
    expect(schemaETag('abd', parseTablesFilter('orders'))).not.toBe(tag);
    expect(schemaETag('abc', parseTablesFilter('"orders"'))).not.toBe(tag);
    expect(schemaETag('abc', [])).not.toBe(tag);
  });

  it('is found in If-None-Match, weak or strong, alone or in a list', () => {
    for (const header of [tag, tag.slice(2), `"other", ${tag}`, '*']) expect(matchesETag(header, tag)).toBe(true);
    for (const header of [undefined, '', '"other"', tag.slice(3, -1)]) expect(matchesETag(header, tag)).toBe(false);
  });
});
