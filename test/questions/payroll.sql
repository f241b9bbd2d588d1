-- HR and payroll: glued and abbreviated names whose comments carry the meaning; keys declared.
CREATE FUNCTION pg_temp.r(i int, salt text, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ('x' || substr(md5(salt || i), 1, 7))::bit(28)::int % n $$;
CREATE TABLE tbl_loc (loccd char(3) PRIMARY KEY, ctynm text NOT NULL, ctrynm text NOT NULL);
COMMENT ON TABLE tbl_loc IS 'Locations (offices)';
COMMENT ON COLUMN tbl_loc.loccd IS 'Location code';
COMMENT ON COLUMN tbl_loc.ctynm IS 'City name';
COMMENT ON COLUMN tbl_loc.ctrynm IS 'Country name';
CREATE TABLE tbl_dept (deptcd integer PRIMARY KEY, deptnm text NOT NULL, loccd char(3) REFERENCES tbl_loc, budamt numeric(12, 2));
COMMENT ON TABLE tbl_dept IS 'Departments';
COMMENT ON COLUMN tbl_dept.deptcd IS 'Department code';
COMMENT ON COLUMN tbl_dept.deptnm IS 'Department name';
COMMENT ON COLUMN tbl_dept.loccd IS 'Location of the department';
COMMENT ON COLUMN tbl_dept.budamt IS 'Yearly budget';
CREATE TABLE tbl_job (jobcd integer PRIMARY KEY, jobttl text NOT NULL, minsal numeric(9, 2) NOT NULL, maxsal numeric(9, 2) NOT NULL);
COMMENT ON TABLE tbl_job IS 'Jobs (positions)';
COMMENT ON COLUMN tbl_job.jobttl IS 'Job title';
COMMENT ON COLUMN tbl_job.minsal IS 'Minimum salary';
COMMENT ON COLUMN tbl_job.maxsal IS 'Maximum salary';
CREATE TABLE tbl_emp (empno integer PRIMARY KEY, empnm text NOT NULL, emladr text, sxcd char(1) NOT NULL, brthdt date NOT NULL, deptcd integer REFERENCES tbl_dept, jobcd integer NOT NULL REFERENCES tbl_job,
  mgrno integer REFERENCES tbl_emp, hiredt date NOT NULL, termdt date, annsal numeric(9, 2) NOT NULL);
COMMENT ON TABLE tbl_emp IS 'Employees';
COMMENT ON COLUMN tbl_emp.empno IS 'Employee number';
COMMENT ON COLUMN tbl_emp.empnm IS 'Employee name';
COMMENT ON COLUMN tbl_emp.emladr IS 'Email address';
COMMENT ON COLUMN tbl_emp.sxcd IS 'Sex: F = female, M = male';
COMMENT ON COLUMN tbl_emp.brthdt IS 'Date of birth';
COMMENT ON COLUMN tbl_emp.deptcd IS 'Department of the employee';
COMMENT ON COLUMN tbl_emp.jobcd IS 'Job of the employee';
COMMENT ON COLUMN tbl_emp.mgrno IS 'Manager of the employee';
COMMENT ON COLUMN tbl_emp.hiredt IS 'Hire date';
COMMENT ON COLUMN tbl_emp.termdt IS 'Termination date; null while employed';
COMMENT ON COLUMN tbl_emp.annsal IS 'Annual salary';
CREATE TABLE tbl_pay (payno integer PRIMARY KEY, empno integer NOT NULL REFERENCES tbl_emp, paydt date NOT NULL, grsamt numeric(9, 2) NOT NULL, taxamt numeric(9, 2) NOT NULL, netamt numeric(9, 2) NOT NULL, bonamt numeric(9, 2));
COMMENT ON TABLE tbl_pay IS 'Payslips';
COMMENT ON COLUMN tbl_pay.paydt IS 'Payment date';
COMMENT ON COLUMN tbl_pay.grsamt IS 'Gross amount';
COMMENT ON COLUMN tbl_pay.taxamt IS 'Tax';
COMMENT ON COLUMN tbl_pay.netamt IS 'Net amount';
COMMENT ON COLUMN tbl_pay.bonamt IS 'Bonus, if any';
CREATE TABLE tbl_lv (lvno integer PRIMARY KEY, empno integer NOT NULL REFERENCES tbl_emp, lvtyp text NOT NULL, strtdt date NOT NULL, enddt date NOT NULL, aprflg boolean NOT NULL);
COMMENT ON TABLE tbl_lv IS 'Leave requests';
COMMENT ON COLUMN tbl_lv.lvtyp IS 'Type of leave';
COMMENT ON COLUMN tbl_lv.strtdt IS 'Start date of the leave';
COMMENT ON COLUMN tbl_lv.enddt IS 'End date of the leave';
COMMENT ON COLUMN tbl_lv.aprflg IS 'Whether the leave was approved';
CREATE TABLE tbl_trn (trnno integer PRIMARY KEY, trnnm text NOT NULL, cstamt numeric(8, 2) NOT NULL);
COMMENT ON TABLE tbl_trn IS 'Trainings';
COMMENT ON COLUMN tbl_trn.trnnm IS 'Training name';
COMMENT ON COLUMN tbl_trn.cstamt IS 'Cost per participant';
CREATE TABLE tbl_emptrn (empno integer REFERENCES tbl_emp, trnno integer REFERENCES tbl_trn, cpldt date, scr integer, PRIMARY KEY (empno, trnno));
COMMENT ON TABLE tbl_emptrn IS 'Participations of employees in trainings';
COMMENT ON COLUMN tbl_emptrn.cpldt IS 'Completion date; null while in progress';
COMMENT ON COLUMN tbl_emptrn.scr IS 'Test score from 0 to 100';

INSERT INTO tbl_loc VALUES ('DUB', 'Dublin', 'Ireland'), ('LYO', 'Lyon', 'France'), ('GDA', 'Gdansk', 'Poland'), ('TRN', 'Turin', 'Italy'), ('COR', 'Cork', 'Ireland');
INSERT INTO tbl_dept VALUES (10, 'Finance', 'DUB', 820000), (20, 'Engineering', 'GDA', 2450000), (30, 'Marketing', 'LYO', 640000), (40, 'Support', 'COR', 510000), (50, 'Legal', 'DUB', NULL), (60, 'Research', 'TRN', 1100000), (70, 'Archive', NULL, 0);
-- nobody works in 70; location LYO, GDA, TRN, COR each have one department
INSERT INTO tbl_job VALUES (1, 'Director', 95000, 160000), (2, 'Team Lead', 62000, 98000), (3, 'Software Developer', 41000, 79000), (4, 'Accountant', 36000, 61000), (5, 'Support Agent', 27000, 42000), (6, 'Lawyer', 58000, 105000), (7, 'Analyst', 38000, 70000), (8, 'Intern', 15000, 22000);
INSERT INTO tbl_emp SELECT i, (ARRAY['Aoife', 'Bartek', 'Camille', 'Dino', 'Eva', 'Fionn', 'Gosia', 'Henri', 'Ilaria', 'Jack', 'Klara'])[1 + (i - 1) % 11] || ' ' || (ARRAY['Byrne', 'Zielinski', 'Moreau', 'Ricci', 'Walsh'])[1 + (i * 2) % 5],
  CASE WHEN i % 10 = 7 THEN NULL ELSE 'e' || i || '@corp.example' END, CASE WHEN (i - 1) % 11 IN (0, 2, 4, 6, 8, 10) THEN 'F' ELSE 'M' END, date '1962-04-01' + pg_temp.r(i, 'b', 14200), d,
  CASE WHEN i <= 6 THEN 1 WHEN i <= 12 THEN 2 WHEN i % 13 = 0 THEN 8 ELSE CASE d WHEN 10 THEN 4 WHEN 20 THEN 3 WHEN 30 THEN 7 WHEN 40 THEN 5 WHEN 50 THEN 6 WHEN 60 THEN 7 ELSE 8 END END,
  CASE WHEN i = 1 THEN NULL WHEN i <= 6 THEN 1 WHEN i <= 12 THEN i - 6 ELSE 7 + (i - 1) % 6 END, date '2010-02-01' + CASE WHEN i <= 6 THEN pg_temp.r(i, 'h', 1500) ELSE pg_temp.r(i, 'h', 5500) END, NULL, 0
  FROM (SELECT i, CASE WHEN i = 44 THEN NULL ELSE 10 * (1 + (i - 1) % 6) END AS d FROM generate_series(1, 44) i) x;
UPDATE tbl_emp e SET annsal = round(j.minsal + (j.maxsal - j.minsal) * pg_temp.r(empno, 's', 100) / 100 + 7 * empno, -1), termdt = CASE WHEN empno % 9 = 5 AND empno > 12 THEN hiredt + 200 + pg_temp.r(empno, 't', 160) END FROM tbl_job j WHERE j.jobcd = e.jobcd;
UPDATE tbl_emp SET annsal = 158300 WHERE empno = 1;
INSERT INTO tbl_pay SELECT row_number() OVER (ORDER BY d, empno), empno, d, g, round(g * t, 2), g - round(g * t, 2), CASE WHEN extract(month from d) = 12 AND empno % 3 = 0 THEN 500 + 50 * (empno % 7) WHEN empno = 4 THEN 250 END
  FROM (SELECT empno, d::date, round(annsal / 12 * CASE WHEN d < '2025-01-01' THEN 0.96 ELSE 1 END, 2) AS g, 0.18 + 0.01 * (empno % 12) AS t FROM tbl_emp, generate_series(timestamp '2024-09-28', '2025-04-28', '1 month') d WHERE hiredt < d AND (termdt IS NULL OR termdt >= d)) x;
INSERT INTO tbl_lv SELECT i, 1 + pg_temp.r(i, 'le', 38), (ARRAY['vacation', 'vacation', 'vacation', 'sick', 'parental', 'unpaid'])[1 + pg_temp.r(i, 'lt', 6)], s, s + pg_temp.r(i, 'll', 18), pg_temp.r(i, 'la', 7) > 0 FROM (SELECT i, current_date - 240 + pg_temp.r(i, 'ls', 290) AS s FROM generate_series(1, 80) i) x;
INSERT INTO tbl_trn VALUES (1, 'Fire Safety', 60), (2, 'Data Privacy', 120), (3, 'Public Speaking', 480), (4, 'Advanced SQL', 650), (5, 'First Aid', 95), (6, 'Negotiation', 900);
INSERT INTO tbl_emptrn SELECT e, t, CASE WHEN (e * t) % 11 = 0 THEN NULL ELSE date '2023-02-01' + pg_temp.r(e * 100 + t, 'tc', 900) END, CASE WHEN (e * t) % 11 = 0 THEN NULL ELSE 40 + pg_temp.r(e * 100 + t, 'ts', 61) END FROM generate_series(1, 40) e, generate_series(1, 5) t WHERE pg_temp.r(e * 100 + t, 'tx', 3) = 0;
