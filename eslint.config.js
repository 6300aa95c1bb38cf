import js from '@eslint/js';
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
const restrict = (files, ...patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'dist', 'coverage', 'demo-output', '.local'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
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
  restrict(['contract/**/*.ts'], aws, node, outside('core', 'adapters', 'lambdas', 'lib', 'local')),
  restrict(['core/**/*.ts'], aws, node, outside('adapters', 'lambdas', 'lib', 'local')),
  restrict(['adapters/**/*.ts'], outside('lambdas', 'lib', 'local')),
  restrict(['lambdas/**/*.ts'], aws, outside('adapters', 'lib', 'local')),
  restrict(['lambdas/shared/compose.ts'], outside('lib', 'local')),
  restrict(
    ['lib/**/*.ts', 'bin/**/*.ts'],
    { group: ['@aws-sdk/*', '@smithy/*'], message: 'constructs describe, they do not call' },
    outside('core', 'adapters', 'local'),
  ),
  restrict(['local/**/*.ts'], outside('lambdas', 'lib')),
  { files: ['local/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'bin/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['it', 'test', 'describe'] }],
    },
  },
);
