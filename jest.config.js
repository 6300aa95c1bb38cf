const project = (displayName) => ({
  displayName,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local', '<rootDir>/demo-output'],
});

export default {
  // End-to-end suites wait for processes of their own more than they compute: two at a time keep two cores busy.
  maxWorkers: 2,
  // A worker keeps the modules of every suite it ran: beyond this its garbage collection costs more than a new worker.
  workerIdleMemoryLimit: '600MB',
  projects: ['unit', 'ports', 'local', 'infra', 'races', 'e2e', 'fuzz', 'docs', 'browser'].map((name) => project(name)),
  testTimeout: 60_000,
};
