import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stack } from '../template/load-stack.ts';
import { LambdaFunctionProperties } from '../template/resources/lambda.ts';

/** A function of the template, ready to be run. */
export interface FunctionDefinition {
  logicalId: string;
  /** The construct's name in kebab-case, for people: logs, counters. */
  label: string;
  /** The physical name. */
  name: string;
  arn: string;
  /** Folder that holds the bundle. */
  folder: string;
  /** `<file>.<export>` */
  handler: string;
  /** MB */
  memorySize: number;
  /** seconds */
  timeout: number;
  environment: Readonly<Record<string, string>>;
  reservedConcurrency?: number;
  /** Queue for asynchronous events that could not be processed. */
  deadLetterArn?: string;
}

/**
 * All functions of a stack.
 * @param inlineDir where the code of functions that carry it in the template is written
 */
export async function readFunctions(stack: Stack, inlineDir: string): Promise<FunctionDefinition[]> {
  const resources = stack.resourcesOf('AWS::Lambda::Function', LambdaFunctionProperties);
  return await Promise.all(
    resources.map(async ({ logicalId, label, ref, attributes, properties }) => ({
      logicalId,
      label: functionLabel(label),
      name: ref,
      arn: attributes.Arn ?? ref,
      folder:
        'S3Key' in properties.Code
          ? stack.assetFolder(properties.Code.S3Key)
          : await writeInline(join(inlineDir, logicalId), properties.Code.ZipFile),
      handler: properties.Handler,
      memorySize: properties.MemorySize,
      timeout: properties.Timeout,
      environment: properties.Environment.Variables,
      ...(properties.ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: properties.ReservedConcurrentExecutions,
      }),
      ...(properties.DeadLetterConfig && { deadLetterArn: properties.DeadLetterConfig.TargetArn }),
    })),
  );
}

/** `Http/JobsApiLambda/Function` is `jobs-api`: what CDK's constructs add says nothing. */
function functionLabel(constructPath: string): string {
  const parts = constructPath.split('/').map((part) => part.replace(/(?<=.)(Lambda|Function)$/, ''));
  const name = parts.findLast((part) => !['Lambda', 'Function'].includes(part)) ?? constructPath;
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

async function writeInline(folder: string, code: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.js'), code);
  return folder;
}
