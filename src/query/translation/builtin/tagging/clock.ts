/** A stretch of the day: times as "HH:MM"; an absent end is open. */
export interface ClockRange {
  readonly from?: string;
  readonly to?: string;
  /** Whether the ends belong to it. */
  readonly fromIncluded: boolean;
  readonly toIncluded: boolean;
}

/** Reads a time of day at position `at` of the lower-case words: "6pm", "6:30 pm", "18:30", "noon". Minutes are the finest. */
export function clockAt(words: readonly string[], at: number): { time: string; length: number } | undefined {
  const word = words[at] ?? '';
  if (word === 'noon' || word === 'midday') return { time: '12:00', length: 1 };
  const glued = /^(\d{1,2})(am|pm)$/.exec(word);
  if (glued) return timeOf(Number(glued[1]), 0, glued[2], 1);
  if (!/^\d{1,2}$/.test(word)) return undefined;
  if (words[at + 1] === ':') {
    const minutes = /^(\d{2})(am|pm)?$/.exec(words[at + 2] ?? '');
    if (!minutes) return undefined;
    const half = minutes[2] ?? halfOf(words[at + 3]);
    return timeOf(Number(word), Number(minutes[1]), half, half && !minutes[2] ? 4 : 3);
  }
  const half = halfOf(words[at + 1]);
  if (half) return timeOf(Number(word), 0, half, 2);
  return undefined;
}

function halfOf(word: string | undefined): string | undefined {
  return word === 'am' || word === 'pm' ? word : undefined;
}

function timeOf(hour: number, minute: number, half: string | undefined, length: number): { time: string; length: number } | undefined {
  if (minute > 59 || (half ? hour < 1 || hour > 12 : hour > 23)) return undefined;
  const hours = half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour;
  return { time: `${String(hours).padStart(2, '0')}:${String(minute).padStart(2, '0')}`, length };
}
