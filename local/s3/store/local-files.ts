import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { s3Error } from '../s3-error.ts';

/** A folder of the server for others on this machine to write into: files there can become objects by their name alone. */
export class LocalFiles {
  /** as the file system calls it, without symbolic links */
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Beside the buckets, on their file system. What a crash has left in it goes. */
  static async open(dataDir: string): Promise<LocalFiles> {
    const directory = join(dataDir, 'incoming');
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return new LocalFiles(await realpath(directory));
  }

  /**
   * Finds a file by its path within the folder.
   * @throws S3Error InvalidArgument unless it is a regular file which really is in there
   */
  async find(name: string): Promise<{ path: string; bytes: number }> {
    const path = await realpath(join(this.directory, name)).catch(() => undefined);
    if (path !== undefined && this.contains(path)) {
      const found = await stat(path);
      if (found.isFile()) return { path, bytes: found.size };
    }
    throw s3Error('InvalidArgument', { ArgumentValue: name }, 'There is no such file in the folder of local files.');
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private contains(path: string): boolean {
    const within = relative(this.directory, path);
    return within !== '' && within.split(sep)[0] !== '..' && !isAbsolute(within);
  }
}
