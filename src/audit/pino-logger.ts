import { LoggerService } from '@nestjs/common';
import { destination, Logger, pino } from 'pino';

/**
 * Characters that JSON leaves as they are and that are more than text to a terminal, an editor or a tool that cuts lines:
 * controls, other line ends, marks that turn the direction of writing. Outside of strings JSON has none of them.
 */
const NOT_MERELY_TEXT = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Bytes that may wait to be written. Lines beyond are lost: a reader that stands still must not fill the memory. */
const MAX_UNWRITTEN = 16_777_216;

/** Nest's logger over pino: one JSON line per entry on standard output. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string) {
    const output = destination({ sync: false, maxLength: MAX_UNWRITTEN });
    // A full disk or a closed pipe ends the log, not the service: an audit that must not have gaps is a listener's (see the README).
    output.on('error', () => {});
    this.pino = pino(
      { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) }, hooks: { streamWrite: escaped } },
      output,
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
    this.pino.flush();
  }

  isLevelEnabled(level: string): boolean {
    return this.pino.isLevelEnabled(level);
  }

  /** Nest puts the context last and, for errors, the stack before it. */
  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal', message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    const fields = { context, ...(stack ? { stack } : {}) };
    if (message instanceof Error) this.pino[level]({ ...fields, name: message.name, stack: message.stack }, message.message);
    else if (typeof message === 'object') this.pino[level]({ ...fields, ...message });
    else this.pino[level](fields, String(message));
  }
}

function escaped(line: string): string {
  return line.replace(NOT_MERELY_TEXT, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
