import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions, type Metafile } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
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
 * How every Lambda is bundled. ES modules with the SDK inside: a cold start spends most of its time reading code. No source
 * map, which would be larger than the code; names are kept, so a stack trace still says which function of ours it was.
 */
const bundling = {
  absWorkingDir: project,
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

/** Some of their code is read only when it comes to a load: it is a file of its own, and no part of a cold start. */
const splitting: readonly LambdaName[] = ['jobs-api', 'start-jobs'];

/** The files of a Lambda: `start` is read at a cold start, `index.mjs` first; `later` only when something in it is called. */
export interface LambdaBundle {
  start: ReadonlyMap<string, Uint8Array>;
  later: ReadonlyMap<string, Uint8Array>;
  /** Bytes that each source has in `start`. */
  sources: ReadonlyMap<string, number>;
  /** What `start` imports that is not in the bundle. */
  foreign: readonly string[];
}

function build(names: readonly LambdaName[], options: BuildOptions): [LambdaName, LambdaBundle][] {
  const outdir = join(project, 'cdk.out', names.join('+'));
  const entryPoints = names.map((name) => ({ in: join(lambdas, `${name}.lambda.ts`), out: name }));
  const { metafile = missing('metafile'), outputFiles = [] } = buildSync({
    ...bundling,
    ...options,
    outdir,
    entryPoints,
  });
  const contents = new Map(outputFiles.map((file) => [relative(project, file.path), file.contents]));
  return names.map((name) => [
    name,
    bundleOf(join(relative(project, outdir), `${name}.mjs`), metafile.outputs, contents),
  ]);
}

function bundleOf(
  entry: string,
  outputs: Metafile['outputs'],
  contents: ReadonlyMap<string, Uint8Array>,
): LambdaBundle {
  const reached = (from: string[], kinds: readonly string[]): string[] => {
    const found = new Set(from);
    for (const path of found)
      for (const each of outputs[path]?.imports ?? [])
        if (each.external !== true && kinds.includes(each.kind)) found.add(each.path);
    return [...found];
  };
  const start = reached([entry], ['import-statement']);
  const all = reached([entry], ['import-statement', 'dynamic-import']);
  const filesOf = (paths: readonly string[]) =>
    new Map(paths.map((path) => [path === entry ? 'index.mjs' : basename(path), contents.get(path) ?? missing(path)]));
  const sources = new Map<string, number>();
  for (const path of start)
    for (const [source, { bytesInOutput }] of Object.entries(outputs[path]?.inputs ?? {}))
      sources.set(source, (sources.get(source) ?? 0) + bytesInOutput);
  const foreign = start.flatMap((path) =>
    (outputs[path]?.imports ?? [])
      .filter((each) => each.external && each.kind === 'import-statement')
      .map((each) => each.path),
  );
  return { start: filesOf(start), later: filesOf(all.filter((path) => !start.includes(path))), sources, foreign };
}

let built: ReadonlyMap<LambdaName, LambdaBundle> | undefined;

/** All of them, once a process: in one run of esbuild as far as possible, since they share nearly all of their sources. */
export function lambdaBundles(): ReadonlyMap<LambdaName, LambdaBundle> {
  const whole = names.filter((name) => !splitting.includes(name));
  built ??= new Map([
    ...build(whole, {}),
    ...splitting.flatMap((name) => build([name], { splitting: true, chunkNames: '[hash]' })),
  ]);
  return built;
}

function missing(what: string): never {
  throw new Error(`esbuild made no ${what}`);
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
          const { start, later } = lambdaBundles().get(name) ?? missing(name);
          for (const [file, contents] of [...start, ...later]) writeFileSync(join(folder, file), contents);
          return true;
        },
      },
    },
  });
}
