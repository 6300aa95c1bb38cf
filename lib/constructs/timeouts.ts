import { Duration } from 'aws-cdk-lib';

/** Each is shorter than what waits for it. */
export const timeouts = {
  /** API Gateway's own limit: it answers 504 when a function takes longer. */
  apiIntegration: Duration.seconds(29),
  // Long enough for ?wait=25.
  api: Duration.seconds(28),
  authorizer: Duration.seconds(10),
  startJobs: Duration.seconds(60),
  finishJobs: Duration.seconds(60),
  sweepPeriod: Duration.minutes(1),
  sweepJobs: Duration.seconds(55),
  cleanUp: Duration.minutes(5),
} as const;
