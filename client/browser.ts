import { BaseClient, type ClientOptions } from './base-client.ts';
import { browser } from './platform/browser.ts';

export * from './exports.ts';

/** A deployment of Spectra Bulk, by its address and a credential. */
export class SpectraClient extends BaseClient {
  constructor(options: ClientOptions) {
    super(options, browser);
  }
}
