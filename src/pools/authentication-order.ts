/** The bound node-postgres uses. The driver computes PBKDF2 on the main thread: 20 million iterations froze it for four seconds. */
const MAX_SCRAM_ITERATIONS = 100_000;

/** Nonce, salt, iterations, each once and nothing else: of a repeated attribute the driver would take the last. */
const SERVER_FIRST_MESSAGE = /^r=[^,]+,s=[A-Za-z0-9+/=]+,i=(\d{1,9})$/;

const OK = 0;
const CLEARTEXT_PASSWORD = 3;
const MD5_PASSWORD = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;

/** What may follow what. SCRAM cannot be cut short: without its last message the server has not shown that it knows the password. */
const FOLLOWERS: ReadonlyMap<number | undefined, readonly number[]> = new Map([
  [undefined, [OK, CLEARTEXT_PASSWORD, MD5_PASSWORD, SASL]],
  [CLEARTEXT_PASSWORD, [OK]],
  [MD5_PASSWORD, [OK]],
  [SASL, [SASL_CONTINUE]],
  [SASL_CONTINUE, [SASL_FINAL]],
  [SASL_FINAL, [OK]],
]);

/**
 * The order in which a server may authenticate. The driver answers every request as often as it is asked and fails
 * outside of any promise where one is malformed, so that each is judged before it sees it.
 */
export class AuthenticationOrder {
  private last?: number;

  /** @param mayAskCleartext whether the password may be sent unencrypted: only over TLS or on loopback */
  constructor(private readonly mayAskCleartext: boolean) {}

  /** True once the server is content; it has nothing more to ask. */
  get finished(): boolean {
    return this.last === OK;
  }

  /**
   * Takes the body of the next authentication message.
   *
   * @returns why it is refused, or undefined
   */
  refusal(body: Buffer): string | undefined {
    if (body.length < 4) return 'an authentication message without a type';
    const type = body.readUInt32BE(0);
    if (!FOLLOWERS.get(this.last)?.includes(type)) return `authentication message ${type} out of turn`;
    this.last = type;
    switch (type) {
      case OK:
        return body.length === 4 ? undefined : 'an authentication message of the wrong length';
      case CLEARTEXT_PASSWORD:
        if (!this.mayAskCleartext) return 'the server asks for the password without encryption';
        return body.length === 4 ? undefined : 'an authentication message of the wrong length';
      case MD5_PASSWORD:
        return body.length === 8 ? undefined : 'an authentication message of the wrong length';
      case SASL_CONTINUE: {
        const iterations = Number(SERVER_FIRST_MESSAGE.exec(body.toString('latin1', 4))?.[1] ?? 0);
        return iterations >= 1 && iterations <= MAX_SCRAM_ITERATIONS ? undefined : 'a SCRAM challenge that is malformed or asks for too many iterations';
      }
      default:
        return undefined;
    }
  }
}
