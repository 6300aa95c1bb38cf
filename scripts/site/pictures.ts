import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtSite } from '../../site/build-site.ts';
import { referencePage } from '../../site/pages.ts';
import { startBrowser } from '../console/chromium.ts';

const images = join(import.meta.dirname, '../../docs/images');

/** Takes pictures of the API reference, light and dark, into docs/images: its beginning, and a call. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spectra-site-'));
  const browser = await startBrowser();
  try {
    for (const [file, contents] of builtSite()) await writeFile(join(folder, file), contents);
    const address = pathToFileURL(join(folder, referencePage)).href;
    for (const scheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: scheme });
      await page.goto(address);
      await page.screenshot({ path: join(images, `docs-api-${scheme}.png`) });
      await page.goto(`${address}#createJob`);
      await page.screenshot({ path: join(images, `docs-api-call-${scheme}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
