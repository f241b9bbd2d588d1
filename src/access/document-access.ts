import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from '../problems/problem-codes.js';
import { exampleProblem } from '../problems/problem.dto.js';
import { isPublicPath } from './routes.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** What any route may answer before it is reached. */
const ANYWHERE: readonly ProblemCode[] = ['API_KEY_REQUIRED', 'TOO_MANY_REQUESTS'];

/** Says of every route what the guard asks of its callers, as the guard itself decides it. */
export function documentAccess(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, post, put, delete: remove, patch }] of Object.entries(document.paths)) {
    for (const operation of [get, post, put, remove, patch]) if (operation && !isPublicPath(path)) needsKey(operation);
  }
  return document;
}

/** Keys are needed only where they are in use. */
function needsKey(operation: Operation): void {
  const [session = {}] = operation.security ?? [];
  operation.security = [{ ...session, bearer: [] }, { ...session, key: [] }, session];
  for (const code of ANYWHERE) {
    const { status, hint } = PROBLEM_CODES[code];
    const known = operation.responses[status];
    const response = known && 'description' in known ? known : { description: '' };
    const { examples, ...content } = response.content?.['application/problem+json'] ?? {};
    if (examples && code in examples) continue;
    operation.responses[status] = {
      ...response,
      description: [response.description, `\`${code}\`: ${hint}`].filter(Boolean).join('<br>'),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' }, ...content, examples: { ...examples, [code]: { value: exampleProblem(code) } } } },
    };
  }
}
