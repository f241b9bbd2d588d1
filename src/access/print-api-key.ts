import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { KEY_NAME } from './api-key-entry.js';

// npm run api-key -- <name>: makes a key, shows it once, and the entry for the file of keys.
const [name = ''] = process.argv.slice(2);
if (KEY_NAME.test(name)) {
  const key = `dbai_${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  process.stdout.write(`The key, shown this once; for whoever is to use it:\n\n${key}\n\nIts entry in the file that API_KEYS_FILE names:\n\n- name: "${name}"\n  sha256: "${sha256}"\n`);
} else {
  process.stderr.write('Usage: npm run api-key -- <name>, the name being 1 to 64 letters, digits or any of _ . @ -\n');
  process.exitCode = 1;
}
