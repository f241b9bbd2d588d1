interface Refusal {
  readonly because: string;
  readonly names: readonly string[];
  /** Beginnings of names, for families that grow with every version. */
  readonly prefixes?: readonly string[];
}

/**
 * Functions of PostgreSQL and its contrib modules that a read-only transaction lets through though they do more than read. Most are
 * volatile, which alone keeps them out; this list tells why, holds those that are declared stable or immutable all the same, and
 * stands whatever the catalogue of a server says.
 */
const REFUSALS: readonly Refusal[] = [
  {
    because: 'it acts on other sessions or on the whole server',
    names: [
      'pg_terminate_backend', 'pg_cancel_backend', 'pg_log_backend_memory_contexts', 'pg_get_process_memory_contexts', 'pg_reload_conf', 'pg_promote', 'pg_switch_wal', 'pg_switch_xlog',
      'pg_create_restore_point', 'pg_start_backup', 'pg_stop_backup', 'pg_log_standby_snapshot', 'pg_prewarm', 'pg_notify', 'autoprewarm_start_worker', 'autoprewarm_dump_now',
    ],
    prefixes: ['pg_rotate_logfile', 'pg_backup_', 'pg_wal_replay_', 'pg_xlog_replay_', 'pg_stat_reset', 'pg_stat_statements_reset', 'pg_stat_force_'],
  },
  {
    because: 'it reaches files of the server',
    names: ['pg_stat_file', 'pg_logdir_ls', 'pg_current_logfile', 'pg_hba_file_rules', 'pg_ident_file_mappings', 'pg_show_all_file_settings', 'pg_config', 'pg_extension_config_dump'],
    prefixes: ['pg_read_file', 'pg_read_binary_file', 'pg_ls_', 'pg_file_'],
  },
  {
    because: 'it reads or writes large objects',
    names: [
      'lo_import', 'lo_export', 'lo_creat', 'lo_create', 'lo_unlink', 'lo_open', 'lo_close', 'loread', 'lowrite', 'lo_lseek', 'lo_lseek64', 'lo_tell', 'lo_tell64', 'lo_truncate', 'lo_truncate64',
      'lo_from_bytea', 'lo_get', 'lo_put', 'lo_oid', 'lo_manage',
    ],
  },
  {
    because: 'it reaches other databases',
    names: [
      'dblink', 'dblink_connect', 'dblink_connect_u', 'dblink_disconnect', 'dblink_exec', 'dblink_open', 'dblink_fetch', 'dblink_close', 'dblink_get_connections', 'dblink_error_message',
      'dblink_send_query', 'dblink_is_busy', 'dblink_get_notify', 'dblink_get_result', 'dblink_cancel_query', 'dblink_get_pkey', 'dblink_build_sql_insert', 'dblink_build_sql_update',
      'dblink_build_sql_delete', 'dblink_current_query', 'dblink_fdw_validator', 'postgres_fdw_disconnect', 'postgres_fdw_disconnect_all', 'postgres_fdw_get_connections',
    ],
  },
  {
    because: 'it runs SQL that is given as text and cannot be checked',
    names: [
      'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml', 'cursor_to_xmlschema', 'table_to_xml', 'table_to_xmlschema', 'table_to_xml_and_xmlschema',
      'schema_to_xml', 'schema_to_xmlschema', 'schema_to_xml_and_xmlschema', 'database_to_xml', 'database_to_xmlschema', 'database_to_xml_and_xmlschema',
      'ts_stat', 'crosstab', 'crosstab2', 'crosstab3', 'crosstab4', 'crosstabn', 'crosstab_hash', 'connectby', 'xpath_table',
    ],
  },
  {
    because: 'its effect outlives the request',
    names: ['set_config', 'setseed', 'pg_export_snapshot', 'txid_current', 'pg_current_xact_id', 'pg_nextoid', 'pg_stop_making_pinned_objects', 'pg_import_system_collations', 'set_limit', 'isn_weak'],
    prefixes: ['pg_advisory_', 'pg_try_advisory_'],
  },
  {
    because: 'it writes',
    names: [
      'nextval', 'setval', 'brin_summarize_new_values', 'brin_summarize_range', 'brin_desummarize_range', 'gin_clean_pending_list', 'heap_force_kill', 'heap_force_freeze', 'pg_truncate_visibility_map',
      'pg_sync_replication_slots', 'pg_clear_relation_stats', 'pg_clear_attribute_stats', 'pg_restore_relation_stats', 'pg_restore_attribute_stats',
    ],
    prefixes: [
      'pg_create_physical_replication_slot', 'pg_create_logical_replication_slot', 'pg_copy_physical_replication_slot', 'pg_copy_logical_replication_slot', 'pg_drop_replication_slot',
      'pg_replication_', 'pg_logical_', 'binary_upgrade_',
    ],
  },
  {
    because: 'it reads text as a type that is given as text or number and cannot be checked',
    names: [
      'pg_input_is_valid', 'pg_input_error_info', 'domain_in', 'domain_recv', 'array_in', 'array_recv', 'record_in', 'record_recv', 'range_in', 'range_recv', 'multirange_in', 'multirange_recv',
    ],
  },
  {
    because: 'it shows settings that may hold credentials',
    names: ['pg_show_all_settings'],
  },
];

const BY_NAME = new Map(REFUSALS.flatMap(({ because, names }) => names.map((name) => [name, because])));
const BY_PREFIX = REFUSALS.flatMap(({ because, prefixes = [] }) => prefixes.map((prefix) => [prefix, because] as const));

/** Why a function of this name is refused, as the end of a sentence; undefined when it is not. */
export function refusedBecause(name: string): string | undefined {
  return BY_NAME.get(name) ?? BY_PREFIX.find(([prefix]) => name.startsWith(prefix))?.[1];
}

const SEQUENCE = new Set(['nextval', 'setval', 'currval', 'lastval']);

/** Functions that belong to writing rows: their effect outlives the statement just as the rows do. */
export function isSequenceFunction(name: string): boolean {
  return SEQUENCE.has(name);
}
