import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const aws = {
  group: ['@aws-sdk/*', '@smithy/*', 'aws-cdk-lib', 'aws-cdk-lib/*'],
  message: 'AWS is behind core/ports.ts here',
};
const node = { group: ['node:*', '!node:assert'], message: 'the domain is pure: no I/O, clock or environment' };
const outside = (...folders) => ({
  group: folders.flatMap((folder) => [`**/${folder}/**`]),
  message: 'dependencies point one way: lambdas -> core -> contract, adapters -> core/ports (ARCHITECTURE.md)',
});
const zod = { group: ['zod', 'zod/*'], message: 'the SDK has no dependency: its types are in client/contract.ts' };
const sdk = outside('contract', 'core', 'adapters', 'lambdas', 'lib', 'local');
sdk.message = 'the SDK stands alone; `npm run openapi` writes the types of contract/ into client/contract.ts';
const cli = outside('contract', 'core', 'adapters', 'lambdas', 'lib', 'local', 'scripts');
cli.message = 'the command is built on the SDK; what is not has a file of its own: keys.ts, machine.ts, dry-run/';
const page = {
  regex: '^(\\.\\./)+(contract|adapters|lambdas|lib|local|scripts|core|cli(?!/render/amounts|/progress/rate))/',
  message:
    'the console is built on the SDK; what the command shows likewise is shared: cli/render/amounts.ts, cli/progress/rate.ts',
};
const restrict = (files, ...patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'dist', 'coverage', 'demo-output', '.local'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  restrict(['contract/**/*.ts'], aws, node, outside('core', 'adapters', 'lambdas', 'lib', 'local', 'client')),
  restrict(['client/**/*.ts'], aws, node, zod, sdk),
  // What bundlers leave out of a browser's SDK: reached from platform/node.ts alone.
  restrict(
    [
      'client/platform/node.ts',
      'client/upload/file-on-disk.ts',
      'client/download/{download-files,part-file,part-state,file-path}.ts',
    ],
    aws,
    zod,
    sdk,
  ),
  restrict(['cli/**/*.ts'], aws, cli),
  restrict(['cli/dry-run/*.ts'], aws, outside('adapters', 'lambdas', 'lib', 'local', 'scripts')),
  restrict(['cli/keys.ts', 'cli/machine.ts'], aws, outside('contract', 'core', 'lambdas', 'lib')),
  restrict(['console/**/*.{ts,tsx}'], aws, node, zod, page),
  // What the service judges by is asked as the reader writes: it is pure.
  restrict(['console/new-{export,load}/*.{ts,tsx}'], aws, node, zod),
  restrict(['site/**/*.ts'], aws, outside('core', 'adapters', 'lambdas', 'lib', 'local', 'client', 'console')),
  restrict(['core/**/*.ts'], aws, node, outside('adapters', 'lambdas', 'lib', 'local', 'client')),
  restrict(['adapters/**/*.ts'], outside('lambdas', 'lib', 'local', 'client')),
  restrict(['lambdas/**/*.ts'], aws, outside('adapters', 'lib', 'local', 'client')),
  restrict(['lambdas/shared/compose.ts'], outside('lib', 'local', 'client')),
  restrict(
    ['lib/**/*.ts', 'bin/**/*.ts'],
    { group: ['@aws-sdk/*', '@smithy/*'], message: 'constructs describe, they do not call' },
    outside('core', 'adapters', 'local', 'client'),
  ),
  restrict(['local/**/*.ts'], outside('lambdas', 'lib')),
  { files: ['local/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'bin/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['console/**/*.tsx'], ...hooks.configs.flat['recommended-latest'] },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['it', 'test', 'describe'] }],
    },
  },
);
