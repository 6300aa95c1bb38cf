import { environmentNames, environments } from '../../contract/environments.ts';
import { fixedLimits } from '../../contract/limits.ts';
import { Settings } from '../../contract/settings.ts';
import { timeouts } from '../../lib/constructs/timeouts.ts';
import { lambda, lambdaNames, lambdas } from './lambdas.ts';
import { shapes, synthesize } from './stack.ts';

const standard = synthesize();

describe('every Lambda of the contract is in the template once', () => {
  it('neither one too many nor one forgotten', () => {
    expect(
      lambdas(standard)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...lambdaNames].sort());
  });
});

describe.each(shapes)('with %s', (_, context) => {
  const synthesized = synthesize(context);

  it.each(lambdaNames)('%s finds every variable that it reads and none that it does not', (name) => {
    const variables = lambda(synthesized, name).properties.Environment?.Variables ?? {};
    expect(Object.keys(variables).sort()).toEqual(environmentNames(name).sort());
  });

  it.each(lambdaNames)('%s parses its environment once CloudFormation has filled in names and ARNs', (name) => {
    const variables = lambda(synthesized, name).properties.Environment?.Variables ?? {};
    const deployed = Object.entries(variables).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : 'filled-in',
    ]);
    expect(environments[name].safeParse(Object.fromEntries(deployed)).error).toBeUndefined();
  });
});

it('a setting given to the app reaches the Lambdas that read it', () => {
  const synthesized = synthesize({ SPECTRA_BULK_MAX_CONCURRENT_JOBS: '7' });
  expect(lambda(synthesized, 'start-jobs').properties.Environment?.Variables).toMatchObject({
    SPECTRA_BULK_MAX_CONCURRENT_JOBS: '7',
  });
  const limits = lambda(synthesized, 'public-api').properties.Environment?.Variables;
  expect(Settings.parse(limits)).toEqual({ ...Settings.parse({}), SPECTRA_BULK_MAX_CONCURRENT_JOBS: 7 });
});

it('an issuer given to the app reaches the authorizer, with where its keys are', () => {
  const variables = (context: Record<string, string>) =>
    environments.authorizer.parse({
      ...lambda(synthesize(context), 'authorizer').properties.Environment?.Variables,
      SPECTRA_TABLE_NAME: 'filled-in',
      SPECTRA_USAGE_KEY: 'filled-in',
    });
  expect(variables({})).toMatchObject({ SPECTRA_JWT_ISSUER: '', SPECTRA_JWT_AUDIENCE: '', SPECTRA_JWT_JWKS_URL: '' });
  const context = { SPECTRA_JWT_ISSUER: 'https://login.example.com/', SPECTRA_JWT_AUDIENCE: 'bulk' };
  expect(variables({ ...context, SPECTRA_JWT_ALGORITHMS: 'ES256' })).toMatchObject({
    ...context,
    SPECTRA_JWT_JWKS_URL: 'https://login.example.com/.well-known/jwks.json',
    SPECTRA_JWT_ALGORITHMS: ['ES256'],
  });
});

it('an authorizer that is told half of an issuer does not start', () => {
  const whole = {
    SPECTRA_TABLE_NAME: 'jobs',
    SPECTRA_JWT_ISSUER: 'https://login.example.com',
    SPECTRA_JWT_AUDIENCE: 'bulk',
    SPECTRA_JWT_JWKS_URL: 'https://login.example.com/keys',
  };
  expect(environments.authorizer.safeParse(whole).success).toBe(true);
  for (const name of ['SPECTRA_JWT_ISSUER', 'SPECTRA_JWT_AUDIENCE', 'SPECTRA_JWT_JWKS_URL'])
    expect(environments.authorizer.safeParse({ ...whole, [name]: '' }).success).toBe(false);
});

describe('what waits is more patient than what it waits for', () => {
  const timeout = (name: Parameters<typeof lambda>[1]) => lambda(standard, name).properties.Timeout;

  it.each(['jobs-api', 'public-api', 'authorizer'] as const)('API Gateway outlasts %s', (name) => {
    const methods = Object.values(standard.ofType('AWS::ApiGateway::Method')).map(
      ({ Properties }) => Properties.Integration,
    );
    const patience = methods.flatMap((integration) => {
      const { TimeoutInMillis } = integration as { TimeoutInMillis?: number };
      return TimeoutInMillis === undefined ? [] : [TimeoutInMillis / 1000];
    });
    expect(patience.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...patience)).toBeLessThanOrEqual(29);
    expect(timeout(name)).toBeLessThan(Math.min(...patience));
  });

  it('a sweep is over before the next one begins, and two never run at once', () => {
    expect(timeout('sweep-jobs')).toBeLessThan(timeouts.sweepPeriod.toSeconds());
    expect(lambda(standard, 'sweep-jobs').properties.ReservedConcurrentExecutions).toBe(1);
  });

  it('nothing may run longer than Lambda lets it', () => {
    for (const { properties } of lambdas(standard)) expect(properties.Timeout).toBeLessThanOrEqual(900);
  });
});

it('every Lambda runs on the runtime that the tests run on, traced, with structured logs that expire', () => {
  for (const { properties } of lambdas(standard)) {
    expect(properties).toMatchObject({
      Runtime: `nodejs${process.versions.node.split('.')[0] ?? ''}.x`,
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
  }
  const logGroups = Object.values(standard.ofType('AWS::Logs::LogGroup'));
  expect(logGroups).toHaveLength(lambdaNames.length + 1);
  for (const { Properties } of logGroups) expect(Properties.RetentionInDays).toBe(30);
});

it('an account with little concurrency can do without the reserved one', () => {
  const synthesized = synthesize({ SPECTRA_RESERVE_SWEEP_CONCURRENCY: 'false' });
  expect(lambda(synthesized, 'sweep-jobs').properties.ReservedConcurrentExecutions).toBeUndefined();
});

it('the lease of an Idempotency-Key outlasts the function that may hold it', () => {
  const most = lambda(standard, 'jobs-api').properties.Timeout;
  expect(most).toBeLessThan(fixedLimits.idempotency_lease_seconds.value);
});
