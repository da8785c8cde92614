// The parts of src, and which parts each may import. Features depend on the nouns and not on each other;
// app and main wire them.
const mayImport = {
  domain: [],
  secret: [],
  log: ['secret'], // to print none
  engine: ['domain', 'log'],
  attribution: ['domain'],
  world: ['domain', 'attribution'],
  detection: ['domain', 'world', 'attribution'],
  pipeline: ['domain', 'log', 'world', 'attribution', 'detection'],
  store: ['domain'],
  report: ['domain'],
  link: ['domain', 'log'],
  witness: ['domain', 'log', 'link'],
  recording: ['domain', 'engine', 'link'], // for the forms of what a witness tells
  api: ['domain', 'log', 'report'],
  config: ['domain', 'secret', 'log', 'attribution', 'detection'], // for their lists and settings
  cli: ['domain', 'secret', 'log', 'config', 'app', 'recording', 'report'],
  app: ['*'],
  main: ['app', 'cli', 'config', 'log'],
};

// Vendor packages, and the one part that knows each.
const onlyIn = {
  dockerode: 'engine',
  'better-sqlite3': 'store',
  fastify: 'api',
  pino: 'log',
  koffi: 'witness',
};

const at = (part) => `^src/${part}(/|\\.ts$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'unlisted-part',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: Object.keys(mayImport).map(at) },
    },
    ...Object.entries(mayImport)
      .filter(([, parts]) => !parts.includes('*'))
      .map(([part, parts]) => ({
        name: `${part}-imports`,
        severity: 'error',
        from: { path: at(part) },
        to: { path: '^src/', pathNot: [part, ...parts].map(at) },
      })),
    ...Object.entries(onlyIn).map(([name, part]) => ({
      name: `${name}-only-in-${part}`,
      severity: 'error',
      from: { path: '^src/', pathNot: at(part) },
      to: { path: `node_modules/(@types/)?${name}/` },
    })),
  ],
  options: {
    tsPreCompilationDeps: true, // type-only imports count too
    tsConfig: { fileName: require('node:path').join(__dirname, 'tsconfig.json') },
    doNotFollow: { path: 'node_modules' },
  },
};
