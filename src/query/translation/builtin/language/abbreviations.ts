/** What people shorten names to in schemas. General habits of naming only. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  acct: 'account', addr: 'address', amt: 'amount', avg: 'average', bal: 'balance', cat: 'category', cd: 'code', cnt: 'count',
  comm: 'comment', cust: 'customer', nm: 'name', flg: 'flag', typ: 'type', curr: 'currency', ccy: 'currency', ctry: 'country', dept: 'department', desc: 'description',
  descr: 'description', dob: 'birth date', dt: 'date', dttm: 'datetime', emp: 'employee', env: 'environment', exp: 'expiry',
  fname: 'first name', freq: 'frequency', grp: 'group', img: 'image', ins: 'insurance', inv: 'invoice', lang: 'language', lat: 'latitude', lname: 'last name',
  lng: 'longitude', lon: 'longitude', loc: 'location', max: 'maximum', mfr: 'manufacturer', mgr: 'manager', min: 'minimum', msg: 'message',
  nbr: 'number', no: 'number', num: 'number', ord: 'order', org: 'organization', pct: 'percent', perc: 'percent', ph: 'phone',
  pmt: 'payment', prod: 'product', pub: 'publication', pwd: 'password', qty: 'quantity', ref: 'reference', reg: 'registration', sched: 'schedule',
  sku: 'sku', st: 'street', str: 'string', ct: 'count', stat: 'status', supp: 'supplier', tel: 'phone', tot: 'total', trans: 'transaction', ts: 'timestamp',
  txn: 'transaction', tx: 'transaction', tz: 'timezone', usr: 'user', val: 'value', vol: 'volume', wt: 'weight', yr: 'year', zip: 'zip',
};

/** Affixes that say what kind of object a name is, not what it means. */
export const NAME_PREFIXES: ReadonlySet<string> = new Set(['tbl', 'tb', 'tab', 't', 'vw', 'v', 'dim', 'fact', 'fct', 'stg', 'ref', 'lkp', 'mv']);

/** Common column words, with which glued names such as `orderdate` are taken apart. */
export const NAME_PARTS: ReadonlySet<string> = new Set([
  'account', 'active', 'address', 'age', 'amount', 'area', 'birth', 'city', 'code', 'color', 'cost', 'count', 'country', 'created', 'currency',
  'customer', 'date', 'datetime', 'day', 'department', 'description', 'discount', 'email', 'employee', 'end', 'first', 'full', 'gender', 'group', 'height',
  'hire', 'id', 'is', 'item', 'job', 'key', 'last', 'length', 'level', 'line', 'list', 'location', 'manager', 'middle', 'modified', 'month', 'name',
  'number', 'order', 'order', 'owner', 'parent', 'password', 'payment', 'phone', 'population', 'postal', 'price', 'product', 'quantity', 'rate', 'rating',
  'region', 'required', 'salary', 'score', 'ship', 'shipped', 'size', 'start', 'state', 'status', 'stock', 'street', 'student', 'supplier', 'tax', 'time',
  'timestamp', 'title', 'total', 'type', 'unit', 'units', 'updated', 'url', 'user', 'value', 'volume', 'weight', 'year', 'zip',
]);
