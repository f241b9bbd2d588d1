const SMALL: Readonly<Record<string, number>> = {
  zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12, thirteen: 13, fourteen: 14,
  fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80,
  ninety: 90,
};
const SCALES: Readonly<Record<string, number>> = { dozen: 12, hundred: 100, thousand: 1000, million: 1_000_000, billion: 1_000_000_000 };

/** Reads a number written in words from position `at`: "two hundred fifty". */
export function numberInWords(words: readonly string[], at: number): { value: number; length: number } | undefined {
  let total = 0;
  let current: number | undefined;
  let length = 0;
  for (let i = at; i < words.length; i++) {
    const word = words[i]!;
    if (Object.hasOwn(SMALL, word)) current = (current ?? 0) + SMALL[word]!;
    else if (Object.hasOwn(SCALES, word) && (current !== undefined || words[at - 1] === 'a')) {
      const scaled = (current ?? 1) * SCALES[word]!;
      if (SCALES[word]! >= 1000) [total, current] = [total + scaled, 0];
      else current = scaled;
    } else break;
    length = i - at + 1;
  }
  return length === 0 ? undefined : { value: total + (current ?? 0), length };
}

/** The factor of a scale word after a number in digits: "2 million". */
export function scaleOf(word: string | undefined): number | undefined {
  return word && Object.hasOwn(SCALES, word) ? SCALES[word] : undefined;
}
