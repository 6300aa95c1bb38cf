import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments, type LambdaName } from '../../contract/environments.ts';

const project = join(import.meta.dirname, '../..');
const lambdas = join(project, 'lambdas');
const names = Object.keys(environments) as LambdaName[];

/**
 * Credentials of an operator's machine or a container, which the SDK's clients import should they ever be asked to find some
 * by themselves. A Lambda has its own in the environment, and adapters/aws-clients.ts takes them from there and nowhere else.
 */
const unreachable = [
  ...['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map((kind) => `@aws-sdk/credential-provider-${kind}`),
  '@smithy/credential-provider-imds',
];

/**
 * How every Lambda is bundled. One ES module with the SDK inside: a cold start spends most of its time reading code. No source
 * map, which would be larger than the code; names are kept, so a stack trace still says which function of ours it was.
 */
export const bundling = {
  absWorkingDir: project,
  entryPoints: names.map((name) => ({ in: join(lambdas, `${name}.lambda.ts`), out: name })),
  outdir: join(project, 'cdk.out'),
  outExtension: { '.js': '.mjs' },
  write: false,
  bundle: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  external: unreachable,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'warning',
  // Packages that are CommonJS inside call require, which an ES module does not have.
  banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
} as const satisfies BuildOptions;

let built: ReadonlyMap<LambdaName, Uint8Array> | undefined;

/** All of them in one run of esbuild, once a process: they share nearly all of their sources. */
function buildAll(): ReadonlyMap<LambdaName, Uint8Array> {
  const contents = new Map(buildSync(bundling).outputFiles.map((file) => [file.path, file.contents]));
  return new Map(names.map((name) => [name, contents.get(join(bundling.outdir, `${name}.mjs`)) ?? missing(name)]));
}

function missing(name: LambdaName): never {
  throw new Error(`esbuild made no bundle of ${name}`);
}

/** The bundle of one Lambda as `index.mjs`; its asset's hash is that of its content. Stacks that are not deployed build nothing. */
export function lambdaCode(name: LambdaName): Code {
  return Code.fromAsset(lambdas, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled, since the local bundler always bundles or throws.
      image: DockerImage.fromRegistry('none'),
      // Assets with the same source and the same options are one to the CDK, and it can't see which bundle a function writes.
      command: [name],
      local: {
        tryBundle: (folder) => {
          built ??= buildAll();
          writeFileSync(join(folder, 'index.mjs'), built.get(name) ?? missing(name));
          return true;
        },
      },
    },
  });
}
