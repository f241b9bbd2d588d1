/**
 * How a value's text becomes JSON:
 * `number` goes out as printed; `int8` and `numeric` too, but a double may not hold them; `vector` is PostgreSQL's
 * blank-separated list of numbers; everything without a form of its own is a JSON string.
 */
export type Form =
  | 'number' | 'int8' | 'numeric' | 'boolean' | 'json' | 'bytea' | 'timestamp' | 'timestamptz' | 'timetz' | 'vector' | 'text';

/** A type of `pg_catalog`; its OID is the same on every server. */
export type BuiltinType =
  | { readonly kind: 'scalar'; readonly name: string; readonly form: Form }
  | { readonly kind: 'array'; readonly name: string; readonly element: number; readonly delimiter: string };

/** OID, `typname`, OID of its array type (0: none), form where it is not text. From `pg_type` of PostgreSQL 13 to 18. */
const SCALARS: readonly (readonly [oid: number, name: string, array: number, form?: Form])[] = [
  [16, 'bool', 1000, 'boolean'],
  [17, 'bytea', 1001, 'bytea'],
  [18, 'char', 1002],
  [19, 'name', 1003],
  [20, 'int8', 1016, 'int8'],
  [21, 'int2', 1005, 'number'],
  [22, 'int2vector', 1006, 'vector'],
  [23, 'int4', 1007, 'number'],
  [24, 'regproc', 1008],
  [25, 'text', 1009],
  [26, 'oid', 1028, 'number'],
  [27, 'tid', 1010],
  [28, 'xid', 1011],
  [29, 'cid', 1012],
  [30, 'oidvector', 1013, 'vector'],
  [114, 'json', 199, 'json'],
  [142, 'xml', 143],
  [194, 'pg_node_tree', 0],
  [600, 'point', 1017],
  [601, 'lseg', 1018],
  [602, 'path', 1019],
  [603, 'box', 1020],
  [604, 'polygon', 1027],
  [628, 'line', 629],
  [650, 'cidr', 651],
  [700, 'float4', 1021, 'number'],
  [701, 'float8', 1022, 'number'],
  [705, 'unknown', 0],
  [718, 'circle', 719],
  [774, 'macaddr8', 775],
  [790, 'money', 791],
  [829, 'macaddr', 1040],
  [869, 'inet', 1041],
  [1033, 'aclitem', 1034],
  [1042, 'bpchar', 1014],
  [1043, 'varchar', 1015],
  [1082, 'date', 1182],
  [1083, 'time', 1183],
  [1114, 'timestamp', 1115, 'timestamp'],
  [1184, 'timestamptz', 1185, 'timestamptz'],
  [1186, 'interval', 1187],
  [1266, 'timetz', 1270, 'timetz'],
  [1560, 'bit', 1561],
  [1562, 'varbit', 1563],
  [1700, 'numeric', 1231, 'numeric'],
  [1790, 'refcursor', 2201],
  [2202, 'regprocedure', 2207],
  [2203, 'regoper', 2208],
  [2204, 'regoperator', 2209],
  [2205, 'regclass', 2210],
  [2206, 'regtype', 2211],
  [2249, 'record', 2287],
  [2275, 'cstring', 1263],
  // The array columns of `pg_stats`: neither the element's type nor its delimiter is known, so the text stays as it is.
  [2277, 'anyarray', 0],
  [2278, 'void', 0],
  [2950, 'uuid', 2951],
  [2970, 'txid_snapshot', 2949],
  [3220, 'pg_lsn', 3221],
  [3361, 'pg_ndistinct', 0],
  [3402, 'pg_dependencies', 0],
  [3614, 'tsvector', 3643],
  [3615, 'tsquery', 3645],
  [3642, 'gtsvector', 3644],
  [3734, 'regconfig', 3735],
  [3769, 'regdictionary', 3770],
  [3802, 'jsonb', 3807, 'json'],
  [3904, 'int4range', 3905],
  [3906, 'numrange', 3907],
  [3908, 'tsrange', 3909],
  [3910, 'tstzrange', 3911],
  [3912, 'daterange', 3913],
  [3926, 'int8range', 3927],
  [4072, 'jsonpath', 4073],
  [4089, 'regnamespace', 4090],
  [4096, 'regrole', 4097],
  [4191, 'regcollation', 4192],
  [4451, 'int4multirange', 6150],
  [4532, 'nummultirange', 6151],
  [4533, 'tsmultirange', 6152],
  [4534, 'tstzmultirange', 6153],
  [4535, 'datemultirange', 6155],
  [4536, 'int8multirange', 6157],
  [4600, 'pg_brin_bloom_summary', 0],
  [4601, 'pg_brin_minmax_multi_summary', 0],
  [5017, 'pg_mcv_list', 0],
  [5038, 'pg_snapshot', 5039],
  [5069, 'xid8', 271],
];

const BOX = 603;

/** Types of `pg_catalog` by OID. */
export const BUILTIN_TYPES: ReadonlyMap<number, BuiltinType> = new Map(
  SCALARS.flatMap(([oid, name, array, form]) => {
    const scalar: [number, BuiltinType] = [oid, { kind: 'scalar', name, form: form ?? 'text' }];
    if (array === 0) return [scalar];
    // A box prints commas of its own, so `;` stands between the boxes of an array; it is the only such built-in.
    const delimiter = oid === BOX ? ';' : ',';
    return [scalar, [array, { kind: 'array', name: `${name}[]`, element: oid, delimiter }] as [number, BuiltinType]];
  }),
);
