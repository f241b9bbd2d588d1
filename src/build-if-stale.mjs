// Builds `dist/` when it is missing or older than the sources, so that `npm start`, `npm run demo` and `npm test` work
// in a fresh clone and cost nothing afterwards.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function newest(path) {
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(...readdirSync(path).map((name) => newest(join(path, name))), 0) : stat.mtimeMs;
}

function built() {
  try {
    return statSync(join(root, 'dist', 'main.js')).mtimeMs;
  } catch {
    return 0;
  }
}

const sources = ['src', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => newest(join(root, name)));
if (Math.max(...sources) > built()) {
  console.log('Building (once, about 10 s) …');
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
