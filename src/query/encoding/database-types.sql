-- What types $1 (an array of OIDs) are, and what they are made of: elements of arrays, bases of domains.
WITH RECURSIVE wanted (oid) AS (
  SELECT pg_catalog.unnest($1::pg_catalog.oid[])
  UNION
  SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END
    FROM wanted
    JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
   WHERE t.typtype = 'd' OR t.typcategory = 'A'
)
SELECT t.oid, pg_catalog.format_type(t.oid, NULL) AS name, t.typtype, t.typcategory, t.typelem, t.typbasetype, e.typdelim
  FROM wanted
  JOIN pg_catalog.pg_type t ON t.oid = wanted.oid
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
