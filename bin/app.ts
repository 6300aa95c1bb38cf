import { App } from 'aws-cdk-lib';
import { BulkExportStack } from '../lib/bulk-export-stack.ts';
import { parseConfig, spectraContext } from '../lib/config.ts';

const app = new App();
const config = parseConfig(spectraContext(app.node));
new BulkExportStack(app, config.stackName, { config });
