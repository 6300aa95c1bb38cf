import { buildSdk } from './build-sdk.ts';

await buildSdk('dist/client');
