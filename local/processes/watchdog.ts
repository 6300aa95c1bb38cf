/**
 * Runs a command for a parent and outlives neither: `node watchdog.ts <grace ms> <command> [args...]`.
 * Standard input is a pipe that only the parent holds. When it closes, because the parent says so or is gone in
 * whatever way, the command is ended: SIGTERM to its process group, SIGKILL after the grace.
 * Reports on descriptor 3, a JSON object a line: `{"pid"}`, `{"error"}`, `{"code","signal"}`.
 */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const REPORTS = 3;
const [graceMs = '2000', command = '', ...args] = process.argv.slice(2);
const grouped = process.platform !== 'win32';

function report(line: object): void {
  try {
    writeSync(REPORTS, `${JSON.stringify(line)}\n`);
  } catch {
    // The parent is gone: there is nobody to tell.
  }
}

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: grouped, windowsHide: true });

function kill(signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (grouped) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It ended in this very moment.
  }
}

function end(): void {
  kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), Number(graceMs));
}

child.once('spawn', () => report({ pid: child.pid }));
child.once('error', (error) => {
  report({ error: error.message });
  process.exit(1);
});
child.once('exit', (code, signal) => {
  report({ code, signal });
  process.exit(0);
});
process.stdin.once('end', end).once('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
