// Everything, node_modules included, is transformed to CommonJS: jest on Node < 24.9 cannot `require()` the ES modules
// that Nest 12 and Fastify's packages are.
const swc = (parser, transform) => [
  '@swc/jest',
  { jsc: { parser, transform, target: 'es2022', keepClassNames: true }, module: { type: 'commonjs' } },
];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testRegex: '\\.(e2e-)?spec\\.ts$',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [],
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }, { legacyDecorator: true, decoratorMetadata: true }),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }, {}),
  },
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  testTimeout: 30_000,
  // Two cores in CI; each worker runs whole applications and the database beside them.
  maxWorkers: 2,
};
