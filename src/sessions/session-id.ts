const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text can be the id of a session: no store sees any other. */
export function isSessionId(text: string): boolean {
  return UUID_V4.test(text);
}
