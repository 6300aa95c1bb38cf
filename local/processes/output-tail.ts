/** Keeps the end of a stream of text in bounded memory. */
export class OutputTail {
  private readonly maxLength: number;
  private pieces: string[] = [];
  private length = 0;

  /** @param maxLength characters */
  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  add(text: string): void {
    this.pieces.push(text);
    this.length += text.length;
    if (this.length <= this.maxLength * 2) return;
    const kept = this.text();
    this.pieces = [kept];
    this.length = kept.length;
  }

  text(): string {
    return this.pieces.join('').slice(-this.maxLength);
  }
}
