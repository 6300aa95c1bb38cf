/** The commands of docs/quickstart.md that lead from a clone to the first exported file, each as it is pasted. */
export function firstFileCommands(page: string): string[] {
  const marked = /<!-- first file -->([^]*?)<!-- \/first file -->/.exec(page)?.[1] ?? '';
  const blocks = [...marked.matchAll(/^```bash\n([^]*?)^```/gm)].map(([, block = '']) => block);
  const commands = blocks.flatMap((block) => block.split('\n')).filter((line) => line !== '' && !line.startsWith('#'));
  if (commands.length === 0) throw new Error('docs/quickstart.md marks no commands');
  return commands;
}

/** What the README says of them. Seconds are those of a machine that it describes. */
export interface Figures {
  commands: number;
  seconds: number;
  /** Of which `npm ci`, with nothing in npm's cache. */
  install: number;
}

export function figuresIn(readme: string): Figures {
  const found = /(\d+) commands and (\d+) seconds.*?`npm ci` takes (\d+) of them/s.exec(readme);
  if (!found) throw new Error('README.md does not say how many commands and seconds the first file takes');
  const [, commands, seconds, install] = found.map(Number);
  return { commands: commands ?? 0, seconds: seconds ?? 0, install: install ?? 0 };
}
