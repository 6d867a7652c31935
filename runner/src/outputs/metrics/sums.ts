/** Adds up by a text. */
export class Sums extends Map<string, number> {
  add(text: string, count: number): void {
    this.set(text, (this.get(text) ?? 0) + count)
  }
}
