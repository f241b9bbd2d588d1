const LARGEST_SAFE = '9007199254740992'; // 2^53
/** So many significant digits survive the way through a double and back, whatever they are. */
const ALWAYS_SAFE_DIGITS = 15;

/** Whether a double holds this `int8` with every integer around it told apart: its size is at most 2^53. */
export function doubleHoldsInteger(text: string): boolean {
  if (text.length <= ALWAYS_SAFE_DIGITS) return true;
  const digits = text.startsWith('-') ? text.slice(1) : text;
  if (digits.length !== LARGEST_SAFE.length) return digits.length < LARGEST_SAFE.length;
  return digits <= LARGEST_SAFE;
}

/** Whether the digits of this `numeric` are the ones that come back after reading it as a double; NaN and infinities do. */
export function doubleHoldsNumeric(text: string): boolean {
  if (text.length <= ALWAYS_SAFE_DIGITS) return true;
  return significant(text) === significant(String(Number(text)));
}

/** Digits and magnitude in one form: `-0.0120` and `-1.2e-2` are both `-12@-1`. */
function significant(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.');
  const digits = whole + fraction;
  const firstDigit = digits.search(/[^0]/);
  if (firstDigit < 0) return '0';
  return `${sign}${digits.slice(firstDigit, lastDigit(digits) + 1)}@${whole.length - firstDigit + Number(exponent)}`;
}

/** By hand: `/0+$/` takes quadratic time on a long run of zeros in the middle, and a numeric may have 131,072 digits. */
function lastDigit(digits: string): number {
  let at = digits.length - 1;
  while (digits.charAt(at) === '0') at -= 1;
  return at;
}
