import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const RawResource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});
export type RawResource = z.infer<typeof RawResource>;

const Parameter = z.object({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() });

const RawTemplate = z.object({
  Parameters: z.record(z.string(), Parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), RawResource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() })).default({}),
});
export type RawTemplate = z.infer<typeof RawTemplate>;

const Artifact = z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).default({}) });
const Manifest = z.object({
  artifacts: z.record(z.string(), Artifact),
  missing: z.array(z.object({ key: z.string() })).default([]),
});
const AssetFile = z.object({
  source: z.object({ path: z.string().optional(), packaging: z.string().default('file') }),
  destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })).default({}),
});
const AssetManifest = z.object({ files: z.record(z.string(), AssetFile).default({}) });

/** One synthesized stack: its template as written and the folders of its file assets. */
export interface StackTemplate {
  stackName: string;
  template: RawTemplate;
  /** The template as it was written. */
  templateBody: string;
  /** Asset id (the name of the object in the assets bucket, without `.zip`) to the absolute path of its folder or file. */
  assets: ReadonlyMap<string, string>;
  /**
   * Those that are one file each, by where a deployment puts them: bucket, slash, key. A bucket may have placeholders such as
   * `${AWS::Region}` in its name.
   */
  objects: ReadonlyMap<string, string>;
}

/**
 * Reads one stack from a cloud assembly.
 * @param outDir the assembly
 * @param stackName which stack; may be left out when there is only one
 */
export async function readTemplate(outDir: string, stackName?: string): Promise<StackTemplate> {
  const manifest = Manifest.parse(await readJson(join(outDir, 'manifest.json')));
  if (manifest.missing.length > 0) {
    const keys = manifest.missing.map(({ key }) => key).join(', ');
    throw new Error(`The CDK app looks up context that only an AWS account can give: ${keys}`);
  }
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const chosen = stacks.length === 1 ? stacks[0] : stacks.find(([id]) => id === stackName);
  if (chosen === undefined) {
    const names = stacks.map(([id]) => id).join(', ');
    throw new Error(`No stack ${stackName ?? '(unnamed)'} in the assembly; it has: ${names}`);
  }
  const [id, artifact] = chosen;
  const templateFile = z.string().parse(artifact.properties.templateFile);
  const templateBody = await readFile(join(outDir, templateFile), 'utf8');
  return {
    stackName: z.string().default(id).parse(artifact.properties.stackName),
    template: RawTemplate.parse(JSON.parse(templateBody)),
    templateBody,
    ...(await readAssets(outDir, manifest)),
  };
}

async function readAssets(outDir: string, manifest: z.infer<typeof Manifest>) {
  const assets = new Map<string, string>();
  const objects = new Map<string, string>();
  for (const { type, properties } of Object.values(manifest.artifacts)) {
    if (type !== 'cdk:asset-manifest') continue;
    const { files } = AssetManifest.parse(await readJson(join(outDir, z.string().parse(properties.file))));
    for (const [id, { source, destinations }] of Object.entries(files)) {
      if (source.path === undefined) continue;
      const path = join(outDir, source.path);
      assets.set(id, path);
      if (source.packaging !== 'file') continue;
      for (const { bucketName, objectKey } of Object.values(destinations))
        objects.set(`${bucketName}/${objectKey}`, path);
    }
  }
  return { assets, objects };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}
