// The thread that translates. It knows nothing but what it is told, and is asked one thing at a time.
import { parentPort } from 'node:worker_threads';
import type { Relation, SchemaSnapshot } from '../../../../schema/schema.dto.js';
import { SampledValues, type ColumnValue } from '../../../../schema/value-index.js';
import type { TranslationOutcome } from '../../sql-translator.js';
import { taughtVocabulary, vocabularyOf, type Vocabulary } from '../lexicon/lexicon-cache.js';
import { translateQuestion } from '../translate-question.js';
import type { Asked, Reply, Told } from './messages.js';

/** Schemas; their relations arrive in parts. */
const schemas = new Map<string, SchemaSnapshot & { relations: Relation[] }>();
const vocabularies = new Map<string, Vocabulary>();
/** Values on their way; an index of them is made when the first question needs it. */
const entries = new Map<string, ColumnValue[]>();
const values = new Map<string, SampledValues>();

parentPort!.on('message', (message: Told | Asked) => {
  if ('tell' in message) return learn(message);
  parentPort!.postMessage(reply(message));
});

function learn(message: Told): void {
  const { key } = message;
  switch (message.tell) {
    case 'schema':
      schemas.set(key, { ...message.snapshot, relations: [] });
      return;
    case 'relations':
      schemas.get(key)!.relations.push(...message.relations);
      return;
    case 'values':
      entries.set(key, (entries.get(key) ?? []).concat(message.entries));
      return;
    case 'forget':
      for (const kept of [schemas, vocabularies, entries, values]) kept.delete(key);
      return;
  }
}

function reply(message: Asked): Reply {
  try {
    switch (message.ask) {
      case 'lexicon':
        vocabularies.set(message.key, vocabularyOf(schemas.get(message.key)!));
        return {};
      case 'taught lexicon':
        vocabularies.set(message.key, taughtVocabulary(message.glossary, vocabularies.get(message.schema)!.model, schemas.get(message.schema)!));
        return {};
      case 'translation':
        return { outcome: translate(message) };
    }
  } catch (error) {
    return { fault: error as Error };
  }
}

function translate({ question, lexicon, values: known, context, now }: Extract<Asked, { ask: 'translation' }>): TranslationOutcome {
  return translateQuestion({ question, values: known === undefined ? undefined : valuesOf(known), context, now: new Date(now) }, vocabularies.get(lexicon)!);
}

function valuesOf(key: string): SampledValues {
  let index = values.get(key);
  if (!index) {
    values.set(key, (index = SampledValues.of(entries.get(key) ?? [])));
    entries.delete(key);
  }
  return index;
}
