/** Progress on one line of a terminal; plain lines, one per step, where there is none. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  #last = '';

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  /** `share` is 0 to 1, or undefined where nobody can know. */
  show(label: string, share: number | undefined, note: string): void {
    if (this.#out.isTTY) this.#out.write(`\r\x1b[2K${label.padEnd(14)} ${bar(share)} ${note}`);
    else if (note !== this.#last && share === undefined) this.#out.write(`${label}: ${note}\n`);
    this.#last = note;
  }

  done(label: string, note: string): void {
    this.#out.write(this.#out.isTTY ? `\r\x1b[2K${label.padEnd(14)} ${note}\n` : `${label}: ${note}\n`);
    this.#last = '';
  }
}

const width = 24;

function bar(share: number | undefined): string {
  if (share === undefined) {
    const at = Math.floor(Date.now() / 120) % width;
    return `[${' '.repeat(at)}=${' '.repeat(width - at - 1)}]`;
  }
  const full = Math.round(Math.min(1, share) * width);
  return `[${'='.repeat(full)}${' '.repeat(width - full)}] ${String(Math.round(share * 100)).padStart(3)}%`;
}
