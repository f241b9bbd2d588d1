import type { SeededRandom } from '../support/seeded-random.js';
import { callsIn, groupsIn, isBlank, isName, partsOf, replaced, type Span, textOf, tokensOf, type Tokens } from './tokens.js';

/** Changes a statement; what it takes from another comes from the pool. Where it finds nothing to change, the statement stays. */
export type Mutator = (sql: string, random: SeededRandom, pool: readonly string[]) => string;

/** Where whole statements are put. `S` is the statement, `T` another. */
const AROUND = [
  'with w as (S) select * from w', 'with w as materialized (S), v as (T) select * from v, w', 'select * from (S) s', 'select count(*) from (S) s', 'explain S', 'explain analyze S', 'explain (analyze, format json) S',
  'select (S)', 'select array(S)', 'select exists (S)', 'select 1 where not exists (S)', 'select l.* from people p, lateral (S) l', 'select p.id, l from people p left join lateral (S) l on true', '(S) union all (T)', '(S) except (T)',
  'select case when exists (S) then 1 else 2 end', 'select count(*) filter (where exists (S)) from people', 'select 1 order by (S)', 'select 1 limit (S)', 'select 1 offset (S)', "select coalesce((S)::text, 'x')", 'values ((S)), ((T))',
  'with recursive r as ((S) union all select * from r where false) select * from r', 'select jsonb_agg(x) from (S) x', 'select sum(1) over (order by (S)) from edges', 'select row((S))', 'select x from unnest(array(S)) x', 'select 1 = any (S)', 'select (s).* from (S) s',
  'create table intruder as S', 'copy (S) to stdout', 'declare c cursor for S', 'prepare intruder as S', 'insert into accounts S', 'select * into intruder from (S) x', 'create table intruder (a int default (S))', 'alter table accounts alter balance set default (S)',
  'create view intruder as S', 'explain analyze create table intruder as S', 'do $$ begin perform (S); end $$', 'with w as (insert into accounts S returning *) select * from w',
];

/** Where an expression is put. */
const AROUND_EXPRESSION = [
  'case when true then X end', 'coalesce(X, null)', '(X)', '(X)::text', 'array[X]', '(select X)', 'row(X)', 'cast(X as text)', '(X) is null', 'nullif(X, null)', 'X filter (where true)', 'X over ()', 'greatest(X, X)', '(select x from (values (X)) v (x))', 'to_jsonb(X)',
  '(array[X])[1]', 'X at time zone \'UTC\'', 'X collate "C"', 'X order by 1', 'X within group (order by 1)', 'variadic array[X]', 'distinct X', 'format(\'%s\', X)', '(X) in (X)', 'X::text::regclass',
];

const BEHIND = [
  ' for update', ' for share skip locked', ' for key share', ' into intruder', ' limit 1', ' offset 0', ' order by 1', ' order by random()', ' fetch first 2 rows with ties', ' union select 1', ' where true', ' group by 1', ' window w as ()', ';', ' ; ', ' --', ' /* end */', '\u00a0', ' returning *', ' tablesample system (50)', ' as x',
];

const BETWEEN_STATEMENTS = [';', '; ', ';;', ' /* ; */ ; ', '; commit; ', '; rollback; begin; ', " -- '\n; ", " $$;$$ ; ", ' union ', ' union all ', ', '];

const BLANKS = ['/**/', ' /* ; */ ', ' /* /* nested */ */ ', " -- ' ; \n", '\n', '\t', '\f', ' /* $$ */ ', '\u000b', '\u00a0', ' --\r', '/* \' */'];

const CASTS = ['::text', '::regclass', '::int', '::jsonb', '::text::amount', '::loud_domain', '::mood', '::numeric', '::oid', '::regproc', '::text[]', '::public.amount', '::json', '::bytea', '::accounts', '::date', '::percentage', '::tsvector', '::xml', '::name'];

const OPERATORS = ['+', '-', '=', '===', '||', '@>', '%', '<', '->>', '->', '@@', '~', '?', 'operator(pg_catalog.=)', 'operator(public.===)', 'operator(pg_catalog.+)', 'is distinct from', 'in', 'like'];

const SCHEMAS = ['pg_catalog.', 'pg_catalog.', 'public.', 'pg_temp.', '"pg_catalog".', 'information_schema.', ':database.pg_catalog.', 'PG_CATALOG . '];

const other = (random: SeededRandom, pool: readonly string[]) => tokensOf(random.pick(pool));

function pickSpan(random: SeededRandom, spans: readonly Span[]): Span | undefined {
  return spans.length === 0 ? undefined : random.pick(spans);
}

/** Replaces a part by a part of another statement. */
function swap(find: (tokens: Tokens) => Span[]): Mutator {
  return (sql, random, pool) => {
    const tokens = tokensOf(sql);
    const from = other(random, pool);
    const [mine, theirs] = [pickSpan(random, find(tokens)), pickSpan(random, find(from))];
    return mine && theirs ? replaced(tokens, mine, textOf(from, theirs)) : sql;
  };
}

/** Replaces one part by what is made of it. */
function rewrite(find: (tokens: Tokens) => Span[], make: (part: string, random: SeededRandom, pool: readonly string[]) => string): Mutator {
  return (sql, random, pool) => {
    const tokens = tokensOf(sql);
    const span = pickSpan(random, find(tokens));
    return span ? replaced(tokens, span, make(textOf(tokens, span), random, pool)) : sql;
  };
}

const single = (holds: (token: string, tokens: Tokens, at: number) => boolean) => (tokens: Tokens): Span[] => tokens.flatMap((token, at) => (holds(token, tokens, at) ? [[at, at + 1] as const] : []));
const names = single((token, tokens, at) => isName(token) && tokens[at + 1] === '(');
const words = single(isName);
const operators = single((token) => /^[-+*/<>=~!@#%^&|?]+$/.test(token));
const strings = single((token) => /^'[^'\\]+'$/.test(token));
const values = single((token, tokens, at) => /^[\d']/.test(token) || (isName(token) && tokens[at + 1] !== '('));
const relations = single((_, tokens, at) => isName(tokens[at] ?? '') && /^(from|join|table|into)$/i.test(tokens[at - 2] ?? ''));
const any = single((token) => !isBlank(token));
const ofOneArgument = (tokens: Tokens) => callsIn(tokens).filter(([from, to]) => to - from > 3 && !textOf(tokens, [from, to]).includes(','));

function spelled(name: string, random: SeededRandom): string {
  const first = name.charCodeAt(0).toString(16).padStart(4, '0');
  return random.pick([`"${name.toLowerCase()}"`, name.toUpperCase(), `"${name.toUpperCase()}"`, `U&"\\${first}${name.slice(1)}"`, `u&"!${first}${name.slice(1)}" uescape '!'`, [...name].map((letter, at) => (at % 2 ? letter : letter.toUpperCase())).join('')]);
}

function quoted(string: string, random: SeededRandom): string {
  const inside = string.slice(1, -1);
  return random.pick([`$$${inside}$$`, `$q$${inside}$q$`, `E'${inside}'`, `U&'${inside}'`, `e'\\x${inside.charCodeAt(0).toString(16)}${inside.slice(1)}'`, `'${inside.slice(0, 1)}'\n'${inside.slice(1)}'`, `N'${inside}'`]);
}

/** What is done to statements, and how often one is chosen over the others. */
export const MUTATORS: readonly (readonly [name: string, often: number, mutator: Mutator])[] = [
  ['another in parentheses', 3, swap(groupsIn)],
  ['another argument', 5, swap(partsOf)],
  ['another call', 5, swap(callsIn)],
  ['another function', 6, swap(names)],
  ['another relation', 4, swap(relations)],
  ['another name', 1, swap(words)],
  ['another operator', 1, swap(operators)],
  ['a call for a value', 4, (sql, random, pool) => {
    const from = other(random, pool);
    const call = pickSpan(random, callsIn(from));
    return call ? rewrite(values, () => textOf(from, call))(sql, random, pool) : sql;
  }],
  ['a statement around', 11, (sql, random, pool) => {
    const [statement, another] = [sql, random.pick(pool)].map((text) => text.replace(/;\s*$/, ''));
    return random.pick(AROUND).replaceAll(/\b[ST]\b/g, (letter) => (letter === 'S' ? statement : another) ?? '');
  }],
  ['an expression around', 6, rewrite(callsIn, (call, random) => random.pick(AROUND_EXPRESSION).replaceAll(/\bX\b/g, () => call))],
  ['something behind', 4, (sql, random) => sql + random.pick(BEHIND)],
  ['spliced', 3, (sql, random, pool) => sql + random.pick(BETWEEN_STATEMENTS) + random.pick(pool)],
  ['a comment', 7, rewrite(any, (token, random) => (random.chance(0.5) ? token + random.pick(BLANKS) : random.pick(BLANKS) + token))],
  ['spelled another way', 8, rewrite(names, spelled)],
  ['spelled another way', 2, rewrite(words, spelled)],
  ['quoted another way', 6, rewrite(strings, quoted)],
  ['a cast', 4, rewrite(values, (value, random) => value + random.pick(CASTS))],
  ['a cast', 3, rewrite(callsIn, (call, random) => call + random.pick(CASTS))],
  ['a schema', 4, rewrite(names, (name, random) => random.pick(SCHEMAS) + name)],
  ['an attribute', 4, rewrite(ofOneArgument, (call) => `(${call.slice(call.indexOf('(') + 1, -1)}).${call.slice(0, call.indexOf('('))}`)],
  ['an operator', 3, rewrite(operators, (_, random) => random.pick(OPERATORS))],
  ['left out', 1, rewrite(any, () => '')],
  ['twice', 1, rewrite(any, (token) => `${token} ${token}`)],
  ['exchanged', 1, (sql, random) => {
    const tokens = [...tokensOf(sql)];
    const [a, b] = [random.between(0, tokens.length - 1), random.between(0, tokens.length - 1)];
    [tokens[a], tokens[b]] = [tokens[b] ?? '', tokens[a] ?? ''];
    return textOf(tokens);
  }],
];
