import type { Context } from '../context.ts';

/** What to say when a wait is broken off: the job goes on. */
export function whenWatching({ whenStopped, commandLine }: Context, id: string, dir?: string): void {
  whenStopped([
    `Job ${id} goes on.`,
    `  Follow it:  ${commandLine(`jobs watch ${id}`)}`,
    ...(dir === undefined ? [] : [`  Download:   ${commandLine(`jobs download ${id} -o ${quoted(dir)}`)}`]),
    `  Cancel it:  ${commandLine(`jobs cancel ${id}`)}`,
  ]);
}

/** The same for a download: what came is kept. */
export function whenDownloading({ whenStopped, commandLine }: Context, id: string, dir: string): void {
  whenStopped([`What came is kept. Go on:  ${commandLine(`jobs download ${id} -o ${quoted(dir)}`)}`]);
}

/** As a shell takes it for one word. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
