const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The days of the week a word stands for, 1 for Monday to 7: "Mondays", "weekend", "weekdays". */
export function weekdaysOf(word: string): readonly number[] | undefined {
  const base = word.toLowerCase().replace(/s$/, '');
  if (base === 'weekend') return [6, 7];
  if (base === 'weekday' || base === 'workday') return [1, 2, 3, 4, 5];
  const at = DAYS.indexOf(base);
  return at < 0 ? undefined : [at + 1];
}
