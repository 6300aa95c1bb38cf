import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Writes the command as the package has it: one folder without dependencies, its seldom parts in files of their own. */
export async function buildCli(out: string): Promise<string> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: { spectra: 'cli/main.ts' },
    outdir: out,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    // What is CommonJS in the AWS SDK asks for Node's modules by require.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
    },
  });
  const command = join(out, 'spectra.js');
  await chmod(command, 0o755);
  return command;
}
