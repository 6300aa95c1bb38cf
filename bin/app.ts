import { App } from 'aws-cdk-lib';
import { BulkExportStack } from '../lib/bulk-export-stack.ts';
import { ConfigError, parseConfig, spectraContext } from '../lib/config.ts';

const app = new App();
try {
  const config = parseConfig(spectraContext(app.node));
  new BulkExportStack(app, config.stackName, { config });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
