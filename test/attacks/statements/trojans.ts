import type { Case } from '../statements.js';

const PLANTED = 'a trojan planted by another role';

/** What somebody has put into the database for others to call. */
export const TROJANS: Readonly<Record<string, readonly Case[]>> = {
  trojans: [
    ['select * from report', PLANTED],
    ['select * from report_of_report', PLANTED],
    ['explain analyze select * from report', PLANTED],
    ['select loud(1)', PLANTED],
    ['select * from loud(1)', PLANTED],
    ['select upper(1)', `${PLANTED}: an overload`],
    ['select a.loudly from accounts a', `${PLANTED}: an attribute`],
    ['select (a).loudly from accounts a', `${PLANTED}: an attribute`],
    ["select total(id) from accounts", `${PLANTED}: an aggregate`],
    ['select row(1)::amount === row(1)::amount', `${PLANTED}: an operator`],
    ['select row(1)::amount operator(public.===) row(2)::amount', `${PLANTED}: an operator`],
    ["select 'x'::text::amount", `${PLANTED}: a cast`],
    ["select cast('x'::text as public.amount)", `${PLANTED}: a cast`],
    ['select trunc(price) from priced', `${PLANTED}: a cast that nobody writes`],
    ["select trunc(row(1)::coin)", `${PLANTED}: a cast that nobody writes`],
    ["select trunc(e) from priced, unnest(more) e", `${PLANTED}: a cast that nobody writes`],
    ["select '1'::loud_domain", `${PLANTED}: a domain`],
    ["select loud_domain('1')", `${PLANTED}: a domain`],
    ["select '{1}'::loud_domain[]", `${PLANTED}: a domain`],
    ["select * from jsonb_to_recordset('[{}]') as r(a loud_domain)", `${PLANTED}: a domain`],
    ['select * from guarded', `${PLANTED}: a policy`],
    ['select 1 from accounts where exists (select from guarded)', `${PLANTED}: a policy`],
    ['select length(w) from weights', `${PLANTED}: an implicit cast`],
    ["select w like 'x' from weights", `${PLANTED}: an implicit cast`],
    ['select length(w) from weighed', `${PLANTED}: an implicit cast, of a materialized view`],
    ['select length(row(1)::weight)', `${PLANTED}: an implicit cast`],
    ['select 1 ~~~ 2', `${PLANTED}: an implicit cast to what an operator takes`],
    ['select w::int from weights', `${PLANTED}: a cast`],
    ['select w::whole from weights', `${PLANTED}: a cast to what a domain is made of`],
    ['select row(w, w)::pair from weights', `${PLANTED}: a cast to what a type is made of`],
    ['select to_jsonb(m) from tempers', `${PLANTED}: a cast that JSON is made with`],
    ['select json_agg(t) from tempers t', `${PLANTED}: a cast that JSON is made with`],
    ["select json_build_array('fine'::temper)", `${PLANTED}: a cast that JSON is made with`],
    ['select pg_temp.loud(1)', 'a function of the temporary schema'],
  ],
};
