import type { Fields } from './parse-tree.js';
import { locationOf } from './parse-tree.js';
import type { Objection } from './verdict.js';

/** Catalogues that hold credentials, and views over configuration files: a superuser's session would be shown them all. */
const SECRET = new Set([
  'information_schema.user_mapping_options', 'information_schema._pg_user_mappings',
  ...[
    'pg_authid', 'pg_shadow', 'pg_user_mapping', 'pg_user_mappings', 'pg_subscription', 'pg_largeobject', 'pg_settings', 'pg_file_settings', 'pg_hba_file_rules',
    'pg_ident_file_mappings', 'pg_config', 'pg_db_role_setting',
    // Samples of every column, those of pg_authid among them.
    'pg_statistic', 'pg_stats',
  ].map((name) => `pg_catalog.${name}`),
]);

/** Checks a relation that is read (`RangeVar`). A table of that name in a schema of the user's own is none of these. */
export function checkRelation(relation: Fields): Objection | undefined {
  const { schemaname: schema = 'pg_catalog', relname: name } = relation;
  // What is too long for its table stands there, of every catalogue.
  if (schema !== 'pg_toast' && !SECRET.has(`${schema}.${name}`)) return undefined;
  return { reason: `The catalogue ${schema}.${name} is not read: it holds credentials or paths of the server.`, hint: 'Leave it out; pg_roles lists roles, and SHOW shows one setting.', location: locationOf(relation) };
}
