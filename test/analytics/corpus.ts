import { CATALOGUES } from './catalogues.js';
import { EXTENSION_FUNCTIONS } from './extensions.js';
import { JSON_AND_TEXT } from './json-and-text.js';
import { QUERY_FORMS } from './queries.js';
import { analyticsOf } from './statement.js';
import { TYPES_AND_TIMES } from './types-and-times.js';
import { WINDOWS_AND_GROUPS } from './windows-and-groups.js';

/** What analysts send, of every kind that PostgreSQL has. */
export const ANALYTICS = [WINDOWS_AND_GROUPS, QUERY_FORMS, JSON_AND_TEXT, TYPES_AND_TIMES, CATALOGUES, EXTENSION_FUNCTIONS].flatMap(analyticsOf);
