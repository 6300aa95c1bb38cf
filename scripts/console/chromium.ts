import { access } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The machine's Chromium, which talks to nobody but the pages under test. @throws Error where there is none */
export async function startBrowser(): Promise<Browser> {
  const found = await Promise.all(places.map(isThere));
  const executablePath = places.find((_, at) => found[at]);
  if (executablePath === undefined) throw new Error('The console is tested in Chromium: apt-get install chromium');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
