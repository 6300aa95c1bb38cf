import { parseArgs } from 'node:util';

// Before anything uses libuv's pool: each running statement occupies one of its threads.
process.env.UV_THREADPOOL_SIZE ??= '16';
const { startRedshift } = await import('./start-redshift.ts');

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    database: { type: 'string' },
    'memory-limit': { type: 'string' },
    's3-endpoint': { type: 'string' },
    region: { type: 'string', default: 'us-east-1' },
    load: { type: 'string', multiple: true, default: [] },
    secret: { type: 'string', multiple: true, default: [] },
  },
});

const secrets = Object.fromEntries(
  values.secret.map((text) => {
    const [name = '', username] = text.split(/=(.*)/s);
    if (username === undefined) throw new Error(`--secret takes name=user, not ${text}`);
    return [name, { username }];
  }),
);

const redshift = await startRedshift({
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(values.database === undefined ? {} : { databaseFile: values.database }),
  ...(values['memory-limit'] === undefined ? {} : { memoryLimit: values['memory-limit'] }),
  secrets,
  s3: {
    endpoint:
      values['s3-endpoint'] ??
      process.env.AWS_ENDPOINT_URL_S3 ??
      process.env.AWS_ENDPOINT_URL ??
      'http://127.0.0.1:4566',
    region: values.region,
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'local',
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'local-secret',
    },
  },
});

for (const load of values.load) {
  const [table = '', file] = load.split(/=(.*)/s);
  if (file === undefined) throw new Error(`--load takes table=file, not ${load}`);
  await redshift.load(table, file);
}

console.log(`ready ${JSON.stringify({ endpoint_url: redshift.endpoint, region: values.region })}`);

const stop = (): void => void redshift.close().then(() => process.exit(0));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
