/** A question without the words by which it hangs on to the one before. */
export interface Frame {
  /** What is left, in the asker's spelling. */
  readonly core: string;
  /** It began like the middle of a talk: "and", "only", "what about". */
  readonly opened: boolean;
  /** It leaves less than there was: "only", "just", "those". */
  readonly narrowing: boolean;
  /** It was introduced by "what about" or "same for": something else takes a place that was filled before. */
  readonly about: boolean;
  /** "also", "too": besides what was there, not in its place. */
  readonly besides: boolean;
  /** "instead": in the place of what was there. */
  readonly instead: boolean;
}

const POLITE = /^(?:please|ok|okay|well|great|thanks|thank you|good|fine|yes|no|alright|hm+|sorry|actually|(?:can|could|would) you(?: please)?|i meant?|i want(?: to see)?)(?:[\s,.:!]+|$)/i;
const OPENING = /^(?:and|but|now|then|or rather)(?:[\s,]+|$)/i;
const NARROWING = /^(?:only|just|(?:show(?: me)?|list|give me|keep)(?: only| just)?(?= (?:those|these|only|just)\s+\S)|which of (?:them|those|these)(?: (?:are|were))?|of(?= the\b)|(?:of )?(?:those|these|them)(?=[\s,]+(?!is\b|are\b)))(?:[\s,]+|$)/i;
const BESIDES = /^(?:or(?! rather)|also|additionally|in addition)(?:[\s,]+|$)/i;
const ABOUT = /^(?:(?:and )?(?:what|how) about|(?:do )?(?:the )?same(?: thing| question| again)?(?: but)?(?= (?:for|with|in|by|of|without)\b))(?:[\s,]+|$)/i;
const MAKING = /^(?:make (?:it|that|this|them)|do (?:it|that|this)|show (?:it|that|this|them)|give (?:it|that|this|them)|split (?:it|that|this|them)|break (?:it|that|this|them) down|group (?:it|that|this|them)|change (?:it|that|this) to|switch (?:it )?to|let us see|filter (?:it|that|this|them))[\s,]+(?=\S)/i;
const CLOSING = /[\s,]+(?:(instead|rather)|(too|as well|also|besides|additionally)|please|then|now|again|though|thanks)$/i;

/** Takes the words off that only say that, and how, a question continues another. */
export function frameOf(question: string): Frame {
  let core = question.trim().replace(/[\s?!.]+$/, '');
  let [opened, about, besides, instead, narrowing] = [false, false, false, false, false];
  for (let found = CLOSING.exec(core); found; found = CLOSING.exec(core)) {
    core = core.slice(0, found.index);
    instead ||= found[1] !== undefined;
    besides ||= found[2] !== undefined;
  }
  for (;;) {
    const before = core;
    const take = (pattern: RegExp, mark: () => void = () => {}) => {
      const rest = core.replace(pattern, '');
      if (rest === core) return;
      core = rest;
      mark();
    };
    take(POLITE);
    take(ABOUT, () => (opened = about = true));
    take(OPENING, () => (opened = true));
    take(NARROWING, () => (opened = narrowing = true));
    take(BESIDES, () => (opened = besides = true));
    take(MAKING, () => (opened = true));
    if (core === before) break;
  }
  return { core: core.trim(), opened, narrowing, about, besides, instead };
}
