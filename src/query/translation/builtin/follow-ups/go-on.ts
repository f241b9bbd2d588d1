import type { Translation, TranslationTurn, ValueIndex } from '../../sql-translator.js';
import type { Vocabulary } from '../lexicon/lexicon-cache.js';
import { recall } from '../memory.js';
import { translationOf } from '../translation-of.js';
import { dependence, followUp } from './follow-up.js';
import { Ground } from './ground.js';
import { explainKept } from './kept.js';

/**
 * The question as one that goes on from the last of the context; what it takes over is told.
 *
 * @returns undefined when it is whole, or there is nothing to go on from
 * @throws BindingRefused when it goes on in a way that does not fit; JoinRefused
 */
export function goOn(question: string, vocabulary: Vocabulary, now: Date, values: ValueIndex | undefined, context: readonly TranslationTurn[]): Translation | undefined {
  const { model } = vocabulary;
  const before = recall(context.at(-1)?.memory, model);
  const found = before && followUp(question, before, new Ground(vocabulary, now, values));
  if (!found) return undefined;
  const translation = translationOf(found.form, found.warnings, model);
  return { ...translation, explanation: `${translation.explanation}${explainKept(before, found.form, model)}` };
}

/** Why a question that goes on from another has nothing to go on from; undefined where it has, or is sure to be whole. */
export function orphaned(question: string, { model }: Vocabulary, context: readonly TranslationTurn[]): { reason: string; sure: boolean } | undefined {
  const dependent = dependence(question);
  const last = context.at(-1);
  if (!dependent || recall(last?.memory, model)) return undefined;
  const why = !last ? 'a question before, and there is none in this session' : last.memory === undefined ? 'the question before, which was not answered by the translator itself' : 'the question before, whose tables or columns are not in the schema any more';
  return { reason: `It seems to go on from ${why}: please ask the whole question.`, sure: dependent === 'sure' };
}
