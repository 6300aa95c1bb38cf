import type * as z from 'zod';
import { createResolver, type Resolver } from './intrinsics.ts';
import { physicalResource, type PhysicalResource, type Place } from './physical-names.ts';
import type { RawResource, StackTemplate } from './read-template.ts';
import { treatmentOf } from './resource-types.ts';

/** A resource with its physical name and its properties after all intrinsics were evaluated. */
export interface StackResource<Properties> {
  logicalId: string;
  type: string;
  /** The name of the construct, e.g. `start-jobs` or `api/authorizer`; the logical id where CDK left no path. */
  label: string;
  /** What `Ref` gives. */
  ref: string;
  attributes: Readonly<Record<string, string>>;
  properties: Properties;
}

/** A template as it would be after deployment. */
export interface Stack {
  stackName: string;
  stackId: string;
  /** The template as it was synthesized. */
  templateBody: string;
  place: Place;
  /** Every resource of a CloudFormation type, its properties parsed; those with a false condition are not there. */
  resourcesOf: <Schema extends z.ZodType>(type: string, schema: Schema) => StackResource<z.infer<Schema>>[];
  outputs: Readonly<Record<string, string>>;
  /** Absolute folder of a bundle. */
  assetFolder: (s3Key: string) => string;
  /** Absolute path of a file asset by bucket, slash and key, as a deployment would put it there; undefined where there is none. */
  assetFile: (object: string) => string | undefined;
  /** What is left out, and why. */
  ignored: readonly { logicalId: string; type: string; reason: string }[];
}

/** The template needs things that cannot be run locally. */
export class UnsupportedTemplateError extends Error {
  override name = 'UnsupportedTemplateError';
}

/**
 * Turns a synthesized template into resources with names.
 * @param parameters values of template parameters
 * @throws {UnsupportedTemplateError} naming every resource that is of a type neither run nor known to be harmless
 */
export function loadStack(
  source: StackTemplate,
  place: Place,
  parameters: Readonly<Record<string, string>> = {},
): Stack {
  const { template, templateBody, stackName, assets, objects } = source;
  const resolver = stackResolver(source, place, parameters);
  const present = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || resolver.holds(Condition),
  );
  refuseUnsupported(present);
  return {
    stackName,
    stackId: stackIdOf(stackName, place),
    templateBody,
    place,
    resourcesOf: (type, schema) =>
      present
        .filter(([, raw]) => raw.Type === type)
        .map(([logicalId, raw]) => ({
          logicalId,
          type,
          label: labelOf(logicalId, raw, stackName),
          ...resolver.physical(logicalId),
          properties: parseProperties(schema, logicalId, raw, resolver),
        })),
    outputs: outputsOf(source, resolver),
    assetFolder: (s3Key) => {
      const folder = assets.get(s3Key.replace(/\.zip$/, ''));
      if (folder === undefined) throw new Error(`The assembly has no asset ${s3Key}`);
      return folder;
    },
    assetFile: (object) => [...objects].find(([name]) => resolver.resolve({ 'Fn::Sub': name }) === object)?.[1],
    ignored: present.flatMap(([logicalId, { Type }]) => {
      const treatment = treatmentOf(Type);
      return treatment.kind === 'ignored' ? [{ logicalId, type: Type, reason: treatment.reason }] : [];
    }),
  };
}

interface StackResolver extends Resolver {
  physical: (logicalId: string) => PhysicalResource;
}

function stackResolver(
  { template, stackName }: StackTemplate,
  place: Place,
  parameters: Readonly<Record<string, string>>,
) {
  const physicals = new Map<string, PhysicalResource>();
  const physical = (logicalId: string): PhysicalResource => {
    const known = physicals.get(logicalId);
    if (known !== undefined) return known;
    const raw = template.Resources[logicalId];
    if (raw === undefined) throw new Error(`The template refers to ${logicalId}, which it does not have`);
    const made = physicalResource(logicalId, raw, (value) => resolver.resolve(value), place);
    physicals.set(logicalId, made);
    return made;
  };
  const resolver: StackResolver = {
    physical,
    ...createResolver(template, parameters, {
      ref: (logicalId) => physical(logicalId).ref,
      attribute: (logicalId, name) => {
        const value = physical(logicalId).attributes[name];
        if (value === undefined) throw new Error(`Fn::GetAtt ${logicalId}.${name} is not known locally`);
        return value;
      },
      pseudo: {
        AccountId: place.account,
        Region: place.region,
        Partition: 'aws',
        URLSuffix: 'amazonaws.com',
        StackName: stackName,
        StackId: stackIdOf(stackName, place),
        NotificationARNs: [],
      },
    }),
  };
  return resolver;
}

function stackIdOf(stackName: string, { region, account }: Place): string {
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`;
}

function refuseUnsupported(resources: readonly (readonly [string, RawResource])[]): void {
  const unsupported = resources.filter(([, { Type }]) => treatmentOf(Type).kind === 'unsupported');
  if (unsupported.length === 0) return;
  const names = unsupported.map(([logicalId, { Type }]) => `${logicalId} (${Type})`).join(', ');
  throw new UnsupportedTemplateError(`The template has resources that cannot be run locally: ${names}`);
}

function parseProperties<Schema extends z.ZodType>(
  schema: Schema,
  logicalId: string,
  { Type, Properties }: RawResource,
  resolver: Resolver,
): z.infer<Schema> {
  const parsed = schema.safeParse(resolver.resolve(Properties));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new UnsupportedTemplateError(`${logicalId} (${Type}) cannot be run locally: ${issues}`, {
    cause: parsed.error,
  });
}

function outputsOf({ template }: StackTemplate, resolver: Resolver): Record<string, string> {
  const present = Object.entries(template.Outputs).filter(
    ([, { Condition }]) => Condition === undefined || resolver.holds(Condition),
  );
  return Object.fromEntries(present.map(([name, { Value }]) => [name, String(resolver.resolve(Value))]));
}

function labelOf(logicalId: string, { Metadata }: RawResource, stackName: string): string {
  const path = Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return logicalId;
  const parts = path.split('/').filter((part, index) => !(index === 0 && part === stackName));
  return parts.filter((part) => part !== 'Resource').join('/');
}
