import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { CleanUp } from './constructs/clean-up.ts';
import { FinishJobs } from './constructs/finish-jobs.ts';
import { apiOrigin, apiUrl, HttpApi } from './constructs/http-api.ts';
import { JobTable } from './constructs/job-table.ts';
import { ResultBucket } from './constructs/result-bucket.ts';
import { Monitoring } from './constructs/monitoring.ts';
import type { Surroundings } from './constructs/service-function.ts';
import { StartJobs } from './constructs/start-jobs.ts';
import { SweepJobs } from './constructs/sweep-jobs.ts';
import { UnloadRole } from './constructs/unload-role.ts';
import { Warehouse } from './constructs/warehouse.ts';

export interface BulkExportStackProps {
  config: Config;
}

/** Everything of one installation. It names no account and no region, and looks nothing up. */
export class BulkExportStack extends Stack {
  constructor(scope: Construct, id: string, { config }: BulkExportStackProps) {
    super(scope, id, { description: 'Spectra Bulk: exports from Amazon Redshift as a service' });
    const { deployment, keepData, logRetentionDays, settings } = config;

    // What is kept
    const { table } = new JobTable(this, 'Jobs', { keepData });
    const results = new ResultBucket(this, 'Results', {
      resultTtlDays: settings.SPECTRA_RESULT_TTL_DAYS,
      jobTtlDays: settings.SPECTRA_JOB_TTL_DAYS,
      corsOrigins: config.corsOrigins,
      logRetentionDays,
      keepData,
    });
    const { bucket } = results;

    // Where statements run
    const unloadRole = new UnloadRole(this, 'Unload', {
      existingArn: config.unloadRoleArn,
      warehouse: config.warehouse,
      identity: config.tenantIdentity,
      bucket,
      deployment,
    });
    const warehouse = new Warehouse(this, 'Warehouse', {
      config: config.warehouse,
      identity: config.tenantIdentity,
      deployment,
      unloadRole,
      keepData,
    });

    // What happens to a job
    const submitterRoleId = Lazy.string({ produce: () => startJobs.fn.role.roleId });
    const surroundings: Surroundings = {
      resources: { table, bucket, warehouse, deployment, submitterRoleId },
      logRetentionDays,
      keepData,
    };
    const startJobs = new StartJobs(this, 'StartJobs', surroundings, config);
    const finishJobs = new FinishJobs(this, 'FinishJobs', surroundings, config);
    const sweepJobs = new SweepJobs(this, 'SweepJobs', surroundings, config);
    const cleanUp = new CleanUp(this, 'CleanUp', surroundings, config);

    // How it is asked for
    const { api, functions } = new HttpApi(this, 'Http', surroundings, config);
    if (config.pages) results.openToPagesOf(apiOrigin(api));

    // Who looks after it
    new Monitoring(this, 'Monitoring', { api, table, functions, startJobs, finishJobs, sweepJobs, cleanUp, config });

    const outputs = {
      ApiUrl: apiUrl(api),
      ...(config.pages ? { ConsoleUrl: `${apiUrl(api)}/console`, DocsUrl: `${apiUrl(api)}/docs` } : {}),
      TableName: table.tableName,
      BucketName: bucket.bucketName,
      UnloadRoleArn: unloadRole.arn,
      Region: this.region,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
