import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createWorkDir } from '../../local/work-dir.ts';

describe('temporary folders', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'work-dir-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('are removed when their process was killed, and not when it lives or they are of another kind', async () => {
    const child = spawn(process.execPath, ['--eval', '']);
    await once(child, 'exit');
    const others = [`kind-${process.pid}-a`, `other-${child.pid ?? 0}-b`];
    for (const name of [...others, `kind-${child.pid ?? 0}-c`])
      await mkdir(join(parent, name, 'full'), { recursive: true });
    const made = await createWorkDir('kind-', parent);
    expect((await readdir(parent)).sort()).toEqual([...others, basename(made)].sort());
  });
});
