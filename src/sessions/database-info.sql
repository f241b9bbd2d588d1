-- What connect tells about the database. Reads catalogues only; every name is qualified, so no search_path
-- matters, and operators get exactly the types they are made for: somebody may have made one that fits better.
SELECT
  'PostgreSQL ' || pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS version,
  pg_catalog.current_database() AS database,
  (SELECT pg_catalog.count(*)
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
      AND NOT c.relispartition
      AND n.nspname::pg_catalog.text NOT LIKE 'pg\_%'
      AND n.nspname <> 'information_schema'
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))) AS table_count,
  current_user::text AS "user",
  (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) AS superuser,
  (SELECT pg_catalog.string_agg(m.rolname, ',' ORDER BY m.rolname)
     FROM pg_catalog.pg_roles m
    WHERE (m.rolsuper OR m.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend'))
      AND pg_catalog.pg_has_role(current_user, m.oid, 'MEMBER')) AS memberships,
  -- Our own start-up parameter hides what the role would have got. The narrowest setting counts, as for the server.
  (SELECT pg_catalog.split_part(c.setting, '=', 2) IN ('on', 'true', 'yes', '1')
     FROM pg_catalog.pg_db_role_setting s
    CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting)
    WHERE s.setrole IN ('0', (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user))
      AND s.setdatabase IN ('0', (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
      AND c.setting LIKE 'default\_transaction\_read\_only=%'
    ORDER BY s.setrole = '0', s.setdatabase = '0'
    LIMIT 1) AS reads_only
