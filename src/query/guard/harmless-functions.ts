/**
 * Volatile functions that only tell or compute something: of PostgreSQL itself and of its contrib modules. Volatile is what may
 * answer differently within one statement; most of those do something besides, which is why they need a list.
 */
const HARMLESS = new Set([
  'random', 'random_normal', 'array_sample', 'array_shuffle', 'current_query', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'uuidv4', 'uuidv7',
  // Statements have a time limit, and cancelling needs something to try it on.
  'pg_sleep', 'pg_sleep_for', 'pg_sleep_until',
  'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size', 'pg_database_size', 'pg_tablespace_size',
  'pg_partition_tree', 'pg_partition_ancestors', 'pg_sequence_last_value',
  'pg_is_in_recovery', 'pg_is_wal_replay_paused', 'pg_get_wal_replay_pause_state', 'pg_last_wal_receive_lsn', 'pg_last_wal_replay_lsn', 'pg_last_xact_replay_timestamp',
  'pg_current_wal_lsn', 'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn', 'pg_get_wal_resource_managers',
  'pg_lock_status', 'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids', 'pg_prepared_xact', 'pg_notification_queue_usage', 'pg_show_replication_origin_status',
  'pg_xact_status', 'txid_status', 'pg_xact_commit_timestamp', 'pg_xact_commit_timestamp_origin', 'pg_last_committed_xact', 'pg_get_multixact_members',
  'pg_control_checkpoint', 'pg_control_init', 'pg_control_recovery', 'pg_control_system', 'pg_jit_available', 'pg_get_wait_events', 'pg_numa_available', 'pg_get_shmem_allocations', 'pg_get_shmem_allocations_numa',
  'pg_get_backend_memory_contexts', 'pg_get_aios', 'pg_collation_actual_version', 'pg_database_collation_actual_version',
  'pg_stat_have_stats', 'pg_stat_get_recovery_prefetch', 'pg_stat_get_io', 'pg_stat_get_backend_io', 'pg_stat_get_xact_blocks_fetched', 'pg_stat_get_xact_blocks_hit',
  'pg_stat_get_xact_function_calls', 'pg_stat_get_xact_function_self_time', 'pg_stat_get_xact_function_total_time', 'pg_stat_get_xact_numscans', 'pg_stat_get_xact_tuples_deleted',
  'pg_stat_get_xact_tuples_fetched', 'pg_stat_get_xact_tuples_hot_updated', 'pg_stat_get_xact_tuples_newpage_updated', 'pg_stat_get_xact_tuples_inserted',
  'pg_stat_get_xact_tuples_returned', 'pg_stat_get_xact_tuples_updated',
  // The two sampling methods of TABLESAMPLE are found like functions.
  'bernoulli', 'system', 'system_rows', 'system_time',
  'pg_stat_statements', 'pg_stat_statements_info', 'uuid_generate_v1', 'uuid_generate_v1mc', 'uuid_generate_v4', 'gen_random_bytes', 'gen_salt', 'normal_rand', 'pgp_sym_encrypt', 'pgp_sym_encrypt_bytea', 'pgp_pub_encrypt', 'pgp_pub_encrypt_bytea',
  'pg_buffercache_pages',
  'pg_buffercache_summary', 'pg_buffercache_usage_counts', 'pg_freespace', 'st_generatepoints',
]);

/** Whether a volatile function of this name, of PostgreSQL or of an extension, does nothing but answer. */
export function isHarmless(name: string): boolean {
  return HARMLESS.has(name);
}
