import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Builds the console and serves the files, each as it is, below `/console/`. */
export async function serveConsole(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const outDir = join(folder, 'console');
  // In a process of its own: Vite's compiler is native and takes no objects of a test's sandbox.
  await run(nodeExecutable(), ['node_modules/vite/bin/vite.js', 'build', 'console', '--outDir', outDir], { cwd: root });
  const server = createServer((request, response) => {
    const path = /^\/console\/((?:assets\/)?[\w.-]+)$/.exec(request.url ?? '')?.[1] ?? '';
    readFile(join(outDir, path)).then(
      (body) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/console/index.html`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
