const WIDTHS = [57, 26];

/** Prints one section of the table: its title, the heads of the columns, and a way to add rows. */
export function section(title) {
  console.log(`\n${title}`);
  printLine('', 'target', 'measured', ' ');
  printLine('', '', '', '─');
  return {
    /** One row; `target` may be empty where the number is only there to compare with. */
    row(what, target, measured) {
      printLine(what, target, measured, ' ');
    },
  };
}

function printLine(what, target, measured, filler) {
  const cells = [what.padEnd(WIDTHS[0], filler), target.padEnd(WIDTHS[1], filler), measured || filler.repeat(40).trimEnd()];
  console.log(`  ${cells.join(filler === ' ' ? '  ' : '──')}`.trimEnd());
}

/** Milliseconds with three significant digits, in the unit that suits them. */
export function ms(value) {
  if (Math.abs(value) >= 1000) return `${(value / 1000).toPrecision(3)} s`;
  if (Math.abs(value) < 0.1) return `${(value * 1000).toPrecision(2)} µs`;
  return `${value.toPrecision(3)} ms`;
}

export function bytes(value) {
  if (value >= 10 * 1024 ** 3) return `${(value / 1024 ** 3).toFixed(0)} GiB`;
  if (value >= 1024 * 1024) return `${(value / 1024 / 1024).toPrecision(3)} MiB`;
  if (value >= 10 * 1024) return `${(value / 1024).toFixed(0)} KiB`;
  return `${value.toFixed(0)} bytes`;
}

export function count(value) {
  return Math.round(value).toLocaleString('en');
}

/** How many times as much, e.g. `0.63` or `40 ×`. */
export function ratio(value) {
  return value < 10 ? value.toFixed(2) : `${count(value)} ×`;
}
