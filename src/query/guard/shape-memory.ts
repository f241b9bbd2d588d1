/** Texts longer than this are not remembered: they seldom come again. */
export const LONGEST_SHAPE = 2048;

/** Shapes that one memory holds. */
const MOST_SHAPES = 1000;

/** Integer constants, in text where digits between separators can be nothing else. */
export const INTEGER = /(?<![\w.])\d{1,9}(?![\w.])/g;

/** What was found out about the shapes of statements seen lately: applications send the same few over and over. */
export class ShapeMemory<T> {
  private readonly known = new Map<string, T>();

  get(shape: string): T | undefined {
    return this.known.get(shape);
  }

  /** The one that came first is forgotten when there are too many. */
  set(shape: string, finding: T): void {
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MOST_SHAPES) this.known.delete(oldest);
    this.known.set(shape, finding);
  }
}
