import { BuiltinTranslator } from '../../src/query/translation/builtin/builtin-translator.js';
import { InProcessTranslator } from '../../src/query/translation/builtin/in-process-translator.js';
import type { TranslationRequest } from '../../src/query/translation/sql-translator.js';
import { snapshotOf } from './snapshots.js';
const SHOP = snapshotOf({ customers: ['id int !', 'name text', 'city text'], orders: ['id int !', 'customer_id int >customers', 'total numeric'] });
it('works', async () => {
  const t = new BuiltinTranslator();
  const req: TranslationRequest = { question: 'How many orders per city?', schema: SHOP, context: [], feedback: [], now: new Date() };
  expect(await t.translate(req)).toEqual(await new InProcessTranslator().translate(req));
  await t.onApplicationShutdown();
});
