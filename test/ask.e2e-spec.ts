import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type TestDatabase, testDatabase } from './support/test-database.js';

const PROGRAM = fileURLToPath(new URL('../dist/ask/main.js', import.meta.url));

let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await testDatabase(`CREATE TABLE lamps (id int PRIMARY KEY, colour text NOT NULL); INSERT INTO lamps VALUES (1, 'red'), (2, 'red'), (3, 'blue'); ANALYZE`);
  const { user, password } = await database.role(['GRANT SELECT ON ALL TABLES IN SCHEMA public TO :role']);
  url = `postgres://${user}:${password}@${database.host}:${database.port}/${database.name}`;
});
afterAll(() => database.drop());

function ask(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => execFile(process.execPath, [PROGRAM, ...flags], (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr })));
}

it('prints the stages, the SQL, what was understood and the rows', async () => {
  const { code, stdout } = await ask('--url', url, 'How many red lamps are there?');
  expect(code).toBe(0);
  for (const part of ['Words', 'lamps.colour = "red"', 'Reading', 'Logical form', 'subject: "lamps"', 'SELECT count(*)', 'Counts lamps with colour "red" (lamps.colour).', 'lamp_count']) expect(stdout).toContain(part);
});

it('prints the refusal with questions that work', async () => {
  const { code, stdout } = await ask('--url', url, 'How many sparkly lamps are there?');
  expect(code).toBe(1);
  expect(stdout).toMatch(/Not answered\n {2}Not understood: "sparkly"[^]*Questions that work\n {2}How many lamps are there\?/);
});

it('prints JSON where that is wanted', async () => {
  const { stdout } = await ask('--url', url, '--json', 'How many lamps?');
  expect(JSON.parse(stdout)).toMatchObject({ stages: { words: expect.any(Array), form: expect.any(String) }, answer: { success: true, results: [{ lamp_count: 3 }] } });
});

it('prints no password, whatever goes wrong', async () => {
  for (const bad of [url.replace(`:${database.port}/`, ':1/'), url.replace(/:(\w+)@/, ':$1wrong@'), url.replace('://', ':/')]) {
    const { code, stdout, stderr } = await ask('--url', bad, 'How many lamps?');
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain(new URL(url).password);
  }
});
