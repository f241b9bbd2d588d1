import type { Cases } from './statement.js';

const extension = (name: string) => ({ extension: name });

export const EXTENSION_FUNCTIONS: Cases = {
  'functions of extensions': [
    ["select similarity('coffee', 'coffee'), 'coffee' % 'cofee', word_similarity('tea', 'tea time'), show_trgm('ab')", [[1, true, 1, ['  a', ' ab', 'ab ']]], extension('pg_trgm')],
    ["select product from (select distinct product from sales) p order by product <-> 'cofee' limit 1", [['coffee']], extension('pg_trgm')],
    ["select unaccent('Größe à la carte')", [['Grosse a la carte']], extension('unaccent')],
    ["select 'a=>1,b=>2'::hstore -> 'a', hstore('k', 'v') ? 'k', akeys('x=>1'::hstore), 'a=>1'::hstore || 'b=>2'", [['1', true, ['x'], '"a"=>"1", "b"=>"2"']], extension('hstore')],
    ["select key, value from each('a=>1,b=>2'::hstore) order by key", [['a', '1'], ['b', '2']], extension('hstore')],
    ["select levenshtein('kitten', 'sitting'), soundex('Robert'), metaphone('GUMBO', 4), difference('Anne', 'Ann')", [[3, 'R163', 'KM', 4]], extension('fuzzystrmatch')],
    ["select uniq(sort('{3,1,3}'::int[])), idx(array[5, 6], 6), array[1, 2] & array[2, 3], '{1,2}'::int[] @@ '1&2'::query_int", [[[1, 3], 2, [2], true]], extension('intarray')],
    ["select 'ABC'::citext = 'abc', count(*) from people where name::citext in ('ADA', 'bo') group by 1", [[true, 2]], extension('citext')],
    ["select round(earth_distance(ll_to_earth(52.52, 13.405), ll_to_earth(48.137, 11.575)) / 1000), cube_distance(cube(array[0, 0]), cube(array[3, 4]))", [[505, 5]], extension('earthdistance')],
    ["select 'a.b.c'::ltree <@ 'a.b', subpath('a.b.c', 1), nlevel('a.b'), 'a.b'::ltree ~ 'a.*'", [[true, 'b.c', 2, true]], extension('ltree')],
    ["select encode(digest('abc', 'sha1'), 'hex'), length(gen_random_bytes(8)), encode(hmac('a', 'k', 'md5'), 'hex') <> ''", [['a9993e364706816aba3e25717850c26c9cd0d89d', 8, true]], extension('pgcrypto')],
  ],
  // Names and volatility of PostGIS, on types of PostgreSQL: the rules know an extension's function by these.
  'functions named as those of PostGIS': [
    ['select st_distance(st_makepoint(0, 0), st_makepoint(3, 4))', [[5]]],
    ['select st_within(st_makepoint(1, 1), st_transform(box(point(0, 0), point(2, 2)), 4326)), st_area(box(point(0, 0), point(2, 3)))', [[true, 6]]],
    ['select p.id, round(st_distance(st_makepoint(p.id, 0), st_makepoint(0, 0))) from people p where st_dwithin(st_makepoint(p.id, 0), point(1, 0), 1) order by 1', [[1, 1], [2, 2]]],
    ['select st_astext(g) from (values (st_makepoint(1, 2))) v (g) where st_intersects(g, g)', [['POINT(1 2)']]],
    ['select st_extent(st_makepoint(id, id)) from sales', [[12]]],
    ['select s.path, s.geom from st_dump(box(point(0, 0), point(2, 2))) s', [[1, '(2,2)'], [2, '(0,0)']]],
  ],
};


/** The extension that they are made members of. It needs to be small, and anywhere. */
const MEMBER_OF = 'plpgsql';

const POSTGIS_FUNCTIONS: readonly (readonly [signature: string, body: string])[] = [
  ['st_makepoint(float8, float8) returns point', 'select point($1, $2)'],
  ['st_distance(point, point) returns float8', 'select $1 <-> $2'],
  ['st_dwithin(point, point, float8) returns boolean', 'select ($1 <-> $2) <= $3'],
  ['st_transform(box, int) returns box', 'select $1'],
  ['st_within(point, box) returns boolean', 'select $1 <@ $2'],
  ['st_intersects(point, point) returns boolean', 'select $1 ~= $2'],
  ['st_area(box) returns float8', 'select area($1)'],
  ['st_astext(point) returns text', "select format('POINT(%s %s)', $1[0], $1[1])"],
  ['st_dump(box, out path int, out geom point) returns setof record', 'values (1, $1[0]), (2, $1[1])'],
  ['st_extent_transfn(int, point) returns int', 'select coalesce($1, 0) + 1'],
];

/** PostGIS itself is no part of a test server. To the catalogue, members of any extension are alike. */
export const POSTGIS_NAMES = [
  ...POSTGIS_FUNCTIONS.map(([signature, body]) => `create function ${signature} language sql immutable as $body$${body}$body$;`),
  'create aggregate st_extent(point) (sfunc = st_extent_transfn, stype = int);',
  ...POSTGIS_FUNCTIONS.map(([signature]) => `alter extension ${MEMBER_OF} add function ${signature.replace(/ returns .*/, '')};`),
  `alter extension ${MEMBER_OF} add aggregate st_extent(point);`,
].join('\n');
