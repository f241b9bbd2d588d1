import type { RequestAttack } from './request-attack.js';
import { BODY_CLASSES } from './requests/bodies.js';
import { CALLER_CLASSES } from './requests/callers.js';
import { CONNECT_CLASSES } from './requests/connects.js';
import { QUESTION_CLASSES } from './requests/questions.js';
import { TEXT_CLASSES } from './requests/texts.js';

const CLASSES = { ...CONNECT_CLASSES, ...TEXT_CLASSES, ...BODY_CLASSES, ...CALLER_CLASSES, ...QUESTION_CLASSES };

export const REQUEST_CLASSES = Object.keys(CLASSES);

/** Requests that try to get what their senders may not have; `statements.ts` has the statements that do. */
export const REQUEST_ATTACKS: readonly RequestAttack[] = Object.entries(CLASSES).flatMap(([kind, { to = 'open', cases }]) =>
  cases.map(([name, from, send, answer, saying]) => ({ class: kind, name, from, to, send, answer, saying })));
