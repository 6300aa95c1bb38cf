import { bareFunctionName } from '../template/physical-names.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { functionEnvironment, type RuntimeSettings } from './function-environment.ts';
import { FunctionPool } from './function-pool.ts';
import type { LogLine } from './function-process.ts';

export interface FunctionRegistryOptions {
  definitions: readonly FunctionDefinition[];
  settings: RuntimeSettings;
  log: (line: LogLine) => void;
  /** Most processes per function. */
  maximum?: number;
}

/** All functions of a stack. */
export interface FunctionRegistry {
  all: readonly FunctionPool[];
  /** By name, ARN (with or without qualifier) or the URI of an API Gateway integration. */
  find: (nameOrArn: string) => FunctionPool | undefined;
  /** By label (`start-jobs`), logical id or name. @throws naming all functions when there is none such */
  named: (name: string) => FunctionPool;
  stop: () => Promise<void>;
}

/** Makes the pools; no process starts yet. */
export function createFunctionRegistry(options: FunctionRegistryOptions): FunctionRegistry {
  const { definitions, settings, log, maximum } = options;
  const all = definitions.map(
    (definition) =>
      new FunctionPool({
        definition,
        environment: functionEnvironment(definition, settings),
        log,
        ...(maximum !== undefined && { maximum }),
      }),
  );
  const byName = new Map(all.map((pool) => [pool.definition.name, pool]));
  return {
    all,
    find: (nameOrArn) => byName.get(bareFunctionName(functionArnIn(nameOrArn))),
    named: (name) => {
      const found = all.find(({ definition: { label, logicalId, name: physical } }) =>
        [label, logicalId, physical].includes(name),
      );
      if (found === undefined) {
        const names = all.map(({ definition: { label } }) => label).join(', ');
        throw new Error(`There is no function ${name}; there are: ${names}`);
      }
      return found;
    },
    stop: async () => {
      await Promise.all(all.map((pool) => pool.stop()));
    },
  };
}

/** `arn:aws:apigateway:...:functions/<arn>/invocations` holds the ARN of the function. */
function functionArnIn(text: string): string {
  return /\/functions\/([^/]+)\/invocations$/.exec(text)?.[1] ?? text;
}
