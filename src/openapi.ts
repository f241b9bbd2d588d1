import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createApp } from './create-app.js';
import { openApiDocument } from './swagger.js';

/** Writes `openapi.json` into the working folder. */
const app = await createApp({ environment: { DATABASE_URL: '' } });
await app.init();
writeFileSync('openapi.json', `${JSON.stringify(openApiDocument(app), null, 2)}\n`);
await app.close();
console.log('openapi.json written');
