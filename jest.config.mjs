import { totalmem } from 'node:os'

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2023',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
}

/** Components of the packages. */
const swcReact = {
  ...swc,
  jsc: {
    parser: { syntax: 'typescript', tsx: true },
    target: 'es2023',
    transform: { react: { runtime: 'automatic' } },
  },
}

const isLong = process.env.STACKGATE_LONG === '1'

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/server-environment.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/packages/*/test/**/*.test.{ts,tsx}'],
  // `npm run test:long` runs these alone: each takes many minutes.
  testPathIgnorePatterns: isLong ? [] : ['<rootDir>/test/long/'],
  // Ends a test that hangs. It is no measure of speed: on a busy machine it is longer, as every limit (`test/support/patience.ts`).
  testTimeout: 420_000,
  // A run prints results. `npm test -- <file> --silent=false` also prints what programs write to the console.
  silent: true,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  // The maps of imports (`#…`) and of `@stackgate/sandbox` lead to the sources here.
  testEnvironmentOptions: { customExportConditions: ['@stackgate/source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Not in the folder for temporary files, which is deleted after every run.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  transform: {
    '^.+\\.ts$': ['<rootDir>/test/support/transform.mjs', swc],
    '^.+\\.tsx$': ['<rootDir>/test/support/transform.mjs', swcReact],
  },
  modulePathIgnorePatterns: [
    '<rootDir>/dist',
    '<rootDir>/packages/[^/]+/dist',
    '<rootDir>/.stackgate',
    '<rootDir>/.bench',
  ],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  ...(isLong ? { testTimeout: 3_600_000 } : {}),
  reporters: ['default', '<rootDir>/test/support/file-results.mjs'],
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  // Twice the two cores of CI: a test that waits for its database, a timer or another process leaves a core to the next.
  maxWorkers: 4,
  // A worker that has no work ends by itself within milliseconds. On a busy machine half a second, the default, is too short for that.
  workerGracefulExitTimeout: 60_000,
  // The virtual machine of a test file never frees its modules: a worker is replaced before it runs out of memory. A new worker loads the
  // server again, which takes seconds, so a machine with much memory replaces them less often.
  workerIdleMemoryLimit: totalmem() > 12 * 1024 ** 3 ? '2000MB' : '1200MB',
}
