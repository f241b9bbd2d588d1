/** Text values of PostgreSQL's types: the corners by hand, the rest generated, the same on every run. */
export interface TypeSamples {
  readonly type: string;
  readonly samples: readonly string[];
  /** SQL that makes the type's value from the text `$` of a JSON string or number. */
  readonly fromJson: string;
}

export type Random = () => number;

/** mulberry32: small, fast and good enough to spread samples. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const GENERATED = 40;

export function typeSamples(random: Random): TypeSamples[] {
  const integer = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const digits = (count: number) => Array.from({ length: count }, () => integer(0, 9)).join('');
  const sign = () => (random() < 0.5 ? '-' : '');
  const pick = <T>(items: readonly T[]) => items[integer(0, items.length - 1)] as T;
  const many = (make: () => string) => Array.from({ length: GENERATED }, make);
  const hex = (bytes: number) => Array.from({ length: bytes }, () => integer(0, 255).toString(16).padStart(2, '0')).join('');

  const bits = new DataView(new ArrayBuffer(8));
  const float8 = () => {
    bits.setUint32(0, integer(0, 0xffffffff));
    bits.setUint32(4, integer(0, 0xffffffff));
    const value = bits.getFloat64(0);
    return Number.isFinite(value) ? String(value) : '0';
  };
  const float4 = () => {
    bits.setUint32(0, integer(0, 0xffffffff));
    const value = bits.getFloat32(0);
    return Number.isFinite(value) ? String(value) : '0';
  };
  const characters = ['a', 'Z', '0', ' ', '"', "'", '\\', '{', '}', ',', ';', '(', ')', '\n', '\t', '\u0001', '\u007f', 'é', '漢', '\u2028', '\u{1F600}', 'NULL'];
  const text = () => Array.from({ length: integer(0, 12) }, () => pick(characters)).join('');
  const date = () => `${String(integer(1, 9999)).padStart(4, '0')}-${String(integer(1, 12)).padStart(2, '0')}-${String(integer(1, 28)).padStart(2, '0')}`;
  const time = () => `${String(integer(0, 23)).padStart(2, '0')}:${String(integer(0, 59)).padStart(2, '0')}:${String(integer(0, 59)).padStart(2, '0')}.${digits(integer(1, 6))}`;
  const offset = () => `${pick(['+', '-'])}${String(integer(0, 14)).padStart(2, '0')}:${pick(['00', '30', '45'])}`;
  const number = () => `${sign()}${integer(0, 999)}.${digits(3)}`;
  const point = () => `(${number()},${number()})`;
  const word = () => pick(['cat', 'rat', 'fat', "o''clock"]);
  const json = (depth: number): unknown =>
    depth > 0 && random() < 0.6
      ? random() < 0.5
        ? Array.from({ length: integer(0, 3) }, () => json(depth - 1))
        : Object.fromEntries(Array.from({ length: integer(0, 3) }, () => [text(), json(depth - 1)]))
      : pick([null, true, integer(-9, 9), text(), Number(float8())]);
  const range = (low: string, high: string) => `${pick(['[', '('])}${low},${high}${pick([']', ')'])}`;
  const rising = (make: () => string, order = (a: string, b: string) => Number(a) - Number(b)) => {
    const [low, high] = [make(), make()].sort(order) as [string, string];
    return range(low, high);
  };
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const bigint = () => BigInt.asIntN(64, BigInt(`0x${hex(8)}`)).toString();
  const numeric = () => `${sign()}${digits(integer(1, 60))}${random() < 0.7 ? `.${digits(integer(1, 40))}` : ''}`;
  const small = () => String(integer(-1e6, 1e6));

  const samples: [type: string, corners: string[], make?: () => string, fromJson?: string][] = [
    ['bool', ['t', 'f']],
    ['int2', ['-32768', '32767', '0'], () => String(integer(-32768, 32767))],
    ['int4', ['-2147483648', '2147483647'], () => String(integer(-2147483648, 2147483647))],
    ['int8', ['-9223372036854775808', '9223372036854775807', '9007199254740993'], bigint],
    ['oid', ['0', '4294967295'], () => String(integer(0, 4294967295))],
    ['numeric', ['NaN', 'Infinity', '-Infinity', '0', '0.000', '1e200', '1e-200', '-0.5'], numeric],
    ['float4', ['NaN', 'Infinity', '-Infinity', '0', '-0', '1e37', '1e-40'], float4],
    ['float8', ['NaN', 'Infinity', '-Infinity', '0', '-0', '1e20', '1e-7', '5e-324', '1.7976931348623157e308'], float8],
    ['money', ['0', '-12.34'], () => `${sign()}${integer(0, 1e9)}.${digits(2)}`],
    ['text', ['', 'NULL', 'null', '\\', '"', '{}', '\u0001\u001f'], text],
    ['varchar', ['', 'NULL'], text],
    ['bpchar', ['', 'a  '], text],
    ['name', ['', 'NULL'], text],
    ['"char"', ['', 'a', '"', '\\', '{', ',']],
    ['bytea', ['', '\\x', '\\x00', '\\x5c22'], () => `\\x${hex(integer(1, 100))}`, "decode($, 'base64')"],
    ['json', ['{"a":1,"a":2}', '[ 1 ,\n 2 ]', '""', '1.50e5', '"NULL"'], () => JSON.stringify(json(3))],
    ['jsonb', ['{"a":null}', '"{}"', '12345678901234567890.12345'], () => JSON.stringify(json(3))],
    ['xml', ['', '<a b="c">&lt;é</a>', 'x,y']],
    ['uuid', [], () => hex(16)],
    ['date', ['infinity', '-infinity', '0044-03-15 BC', '5874897-12-31', '2024-02-29'], date],
    ['time', ['00:00:00', '24:00:00', '23:59:59.999999'], time],
    ['timetz', ['00:00:00+00', '24:00:00-15:59', '01:02:03.000004+05:30', '01:02:03+01:02:03'], () => time() + offset()],
    ['timestamp', ['infinity', '-infinity', '4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999', '10000-01-01 00:00:00'], () => `${date()} ${time()}`],
    ['timestamptz', ['infinity', '-infinity', '4713-01-01 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00'], () => `${date()} ${time()}${offset()}`],
    ['interval', ['0', '-1 year 2 mons -3 days 04:05:06.7', '178000000 years'], () => `${integer(-999, 999)} mons ${integer(-999, 999)} days ${sign()}${time()}`],
    ['int4range', ['empty', '(,)', '[1,)'], () => rising(small)],
    ['int8range', ['empty', '(,5]'], () => rising(small)],
    ['numrange', ['empty', '[NaN,NaN]'], () => rising(number)],
    ['daterange', ['empty', '[2024-01-01,infinity)'], () => rising(date, byText)],
    ['tsrange', ['empty', '(,)'], () => rising(() => `${date()} ${time()}`, byText)],
    ['tstzrange', ['empty', '(,)'], () => rising(() => `${date()} ${time()}+00`, byText)],
    ['int4multirange', ['{}', '{[1,3),[5,7)}'], () => `{${rising(small)}}`],
    ['int8multirange', ['{}', '{[1,3),[5,7)}'], () => `{${rising(small)}}`],
    ['nummultirange', ['{}'], () => `{${rising(number)}}`],
    ['datemultirange', ['{}'], () => `{${rising(date, byText)}}`],
    ['tsmultirange', ['{}'], () => `{${rising(() => `${date()} ${time()}`, byText)}}`],
    ['tstzmultirange', ['{}'], () => `{${rising(() => `${date()} ${time()}+00`, byText)}}`],
    ['point', ['(0,-0)', '(1e300,NaN)'], point],
    ['lseg', [], () => `[${point()},${point()}]`],
    ['line', ['{1,2,3}'], () => `{${integer(1, 9)},${number()},${number()}}`],
    ['box', [], () => `${point()},${point()}`],
    ['path', ['[(0,0)]'], () => `(${point()},${point()},${point()})`],
    ['polygon', [], () => `(${point()},${point()},${point()})`],
    ['circle', [], () => `<${point()},${integer(0, 99)}>`],
    ['inet', ['::1', '10.0.0.1/8'], () => `${integer(0, 255)}.${integer(0, 255)}.${integer(0, 255)}.${integer(0, 255)}`],
    ['cidr', ['::/0', '10.0.0.0/8'], () => `${integer(0, 255)}.${integer(0, 255)}.0.0/16`],
    ['macaddr', [], () => hex(6)],
    ['macaddr8', [], () => hex(8)],
    ['varbit', ['', '0'], () => integer(0, 0xffff).toString(2)],
    ['bit(8)', [], () => integer(0, 255).toString(2).padStart(8, '0')],
    ['tsvector', ["'a b':1A,2 'c''d':3", ''], () => `'${word()}':${integer(1, 99)} '${word()}':${integer(1, 99)}A`],
    ['tsquery', ["'a' & !'b' <-> 'c'", ''], () => `'${word()}' | '${word()}':*`],
    ['jsonpath', ['$.a[*] ? (@.b > 1)', 'strict $."x y"']],
    ['pg_lsn', ['0/0', 'FFFFFFFF/FFFFFFFF']],
    ['xid', ['0', '4294967295']],
    ['xid8', ['18446744073709551615']],
    ['cid', ['7']],
    ['tid', ['(0,1)', '(4294967295,65535)']],
    ['pg_snapshot', ['10:20:10,14']],
    ['txid_snapshot', ['10:20:10,14']],
    ['regclass', ['pg_class', '"information_schema"."tables"']],
    ['regtype', ['int4', 'timestamp with time zone', '"char"']],
    ['regproc', ['now']],
    ['regprocedure', ['sqrt(numeric)', 'int4pl(int4,int4)']],
    ['regoper', ['pg_catalog.||/']],
    ['regoperator', ['+(int4,int4)']],
    ['regrole', ['pg_monitor']],
    ['regnamespace', ['pg_catalog']],
    ['regconfig', ['english']],
    ['regdictionary', ['simple']],
    ['regcollation', ['"C"']],
    ['refcursor', ['', 'a"b']],
    ['aclitem', ['=r/pg_monitor']],
  ];
  return samples.map(([type, corners, make, fromJson]) => ({
    type,
    samples: make === undefined ? corners : [...corners, ...many(make)],
    fromJson: fromJson ?? `$::${type}`,
  }));
}
