import { clientError } from '../errors/spectra-error.ts';
import type { Platform } from '../platform/platform.ts';
import { commonFormat, type Format, formatOf, type NamedFormat } from './format-of.ts';
import type { SizedSource } from './sized-source.ts';
import { isSource, type LoadSource, toSource } from './to-source.ts';

/** Of the API: files of one load. */
export const mostFiles = 8;

/** The files of one load, and what they are as far as they or the caller say so. */
export interface OpenFiles {
  sources: readonly SizedSource[];
  format: Format;
  close: () => Promise<void>;
}

/** Opens one source, or several in an array. @throws SpectraError INVALID_OPTION; nothing stays open then */
export async function openFiles(
  given: LoadSource | readonly LoadSource[],
  asked: Format,
  platform: Platform,
): Promise<OpenFiles> {
  const each = isSeveral(given) ? given : [given];
  if (each.length > mostFiles)
    throw clientError('INVALID_OPTION', `A load takes at most ${mostFiles} files, not ${each.length}`, {
      hint: 'Join some of them, or load them by several jobs.',
    });
  const sources: SizedSource[] = [];
  const formats: NamedFormat[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(sources.map((source) => source.close()));
  };
  try {
    for (const [index, one] of each.entries()) {
      const { source, rows } = await toSource(one, platform);
      sources.push(source);
      if (rows) assertJson(asked);
      const name = nameOf(one) ?? `source ${index + 1}`;
      formats.push({ name, ...(rows ? { content_type: 'JSON', compression: 'NONE' } : formatOf(name)) });
    }
    return { sources, format: commonFormat(formats, asked), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An array of what are sources themselves; any other is one source of rows. */
const isSeveral = (given: LoadSource | readonly LoadSource[]): given is readonly LoadSource[] =>
  Array.isArray(given) && given.length > 0 && given.every(isSource);

function assertJson({ content_type = 'JSON', compression = 'NONE' }: Format): void {
  const other = content_type === 'JSON' ? compression : content_type;
  if (content_type !== 'JSON' || compression !== 'NONE')
    throw clientError('INVALID_OPTION', `Rows are sent as plain JSON, not as ${other}`);
}

function nameOf(given: LoadSource): string | undefined {
  if (typeof given === 'string') return given;
  if (given instanceof URL) return given.pathname;
  return typeof File !== 'undefined' && given instanceof File ? given.name : undefined;
}
