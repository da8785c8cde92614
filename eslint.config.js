const js = require('@eslint/js');
const tseslint = require('typescript-eslint');

const banned = (object, property, message) => ({ object, property, message });
const environment = banned('process', 'env', 'The environment is read in src/config alone.');

// The core judges what it is given: the same observations must always give the same findings.
const core = ['domain', 'attribution', 'world', 'detection'].map((part) => `src/${part}/**`);

module.exports = tseslint.config(
  { ignores: ['dist/', 'coverage/', 'data/', 'test/fixtures/', '**/node_modules/'] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'smart'],
      // Names and labels come from containers: control characters in patterns are the point.
      'no-control-regex': 'off',
      'no-useless-escape': 'off',
    },
  },
  { files: ['scripts/*.js', 'bench/crowd/*.mjs'], languageOptions: { globals: { fetch: 'readonly' } } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**'],
    rules: { 'no-console': 'error', 'no-restricted-properties': ['error', environment] },
  },
  { files: ['src/cli/**'], rules: { 'no-console': 'off' } },
  { files: ['src/config.ts', 'src/config/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: core,
    rules: {
      'no-restricted-properties': [
        'error',
        environment,
        banned('Date', 'now', 'The core has no clock: time comes with observations.'),
        banned('Math', 'random', 'The core has no chance: replay must be exact.'),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The core has no clock: time comes with observations.',
        },
      ],
    },
  },
  {
    // What runs before the version of Node is known must be readable to any.
    files: ['bin/crosstalk', 'scripts/node-version.js', 'scripts/start.js', 'scripts/test.js'],
    languageOptions: { ecmaVersion: 5 },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['**/*.js', '**/*.cjs', 'bin/crosstalk'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        ['require', 'module', 'process', 'console', 'fetch', '__dirname'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(['process', 'console', 'URL', 'Buffer'].map((name) => [name, 'readonly'])),
    },
  },
);
