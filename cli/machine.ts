import type { Machine } from './io.ts';

/** This machine. What it takes is loaded when it is asked for: starting must stay quick. */
export const machine: Machine = {
  node: process.versions.node,
  java: async () => {
    const { checkJava } = await import('../local/dynamodb/java.ts');
    const { command, version } = await checkJava();
    return `Java ${version} (${command})`;
  },
  aws: async () => {
    const { callerIdentity } = await import('../adapters/aws-identity.ts');
    return callerIdentity();
  },
};
