import type { IFlattenedRuleSet, IForbiddenRuleType, IRegularForbiddenRuleType } from 'dependency-cruiser'

// Allowed imports: the order of the domains and layers, as rules that imports.test.ts checks.

/** Low to high; a service or an entity knows its own domain and those before it. */
const DOMAINS = ['kernel', 'identity', 'catalog', 'entitlements', 'billing', 'marketplace', 'deployments', 'ops']

/** The files that wire the server together and therefore import all of it. */
const COMPOSITION = [
  'src/app.ts',
  'src/wiring/',
  'src/main.ts',
  'src/cli/',
  'src/startup/',
  'src/entities/all-entities.ts',
  'src/entities/tables.ts',
  'src/resolvers/all-resolvers.ts',
  'src/context/loaders.ts',
  'src/context/request-context.ts',
]

const pattern = (path: string) => `^${path.replaceAll('.', '\\.')}`
const oneOf = (paths: string[]) => paths.map(pattern)
const packages = (names: string[]) => names.map((name) => `(^|node_modules/)${name}(/|$)`)

const PROVIDER_SDKS = ['stripe', '@paypal']
const DATABASE = ['@mikro-orm', 'pg']

const forbid = (
  name: string,
  comment: string,
  from: IRegularForbiddenRuleType['from'],
  to: IRegularForbiddenRuleType['to'],
): IForbiddenRuleType => ({ name, comment, severity: 'error', from, to })

const domainOrder = DOMAINS.flatMap((domain, place) => {
  const higher = DOMAINS.slice(place + 1)
  if (higher.length === 0) return []
  return ['services', 'entities'].map((layer) =>
    forbid(
      `${layer}-${domain}-looks-down`,
      `${layer} of ${domain} know ${DOMAINS.slice(0, place + 1).join(', ')} and nothing above`,
      { path: `^src/${layer}/${domain}/` },
      { path: `^src/(services|entities)/(${higher.join('|')})/` },
    ),
  )
})

const layers = [
  forbid(
    'kernel-knows-no-domain',
    'the kernel may use its own tables and nothing else of the server',
    { path: '^src/services/kernel/' },
    { path: '^src/', pathNot: ['^src/services/kernel/', '^src/entities/kernel/', '^src/entities/tables\\.ts$'] },
  ),
  forbid(
    'services-see-no-edge',
    'services see neither GraphQL nor HTTP',
    { path: '^src/services/' },
    {
      path: [
        '^src/(schema|resolvers|rest|edge)/',
        ...packages(['type-graphql', 'graphql', 'graphql-ws', 'fastify', '@fastify', '@apollo', 'dataloader']),
      ],
    },
  ),
  forbid(
    'entities-import-no-service',
    'an entity is a table and its states; rules live in services',
    { path: '^src/entities/' },
    { path: '^src/', pathNot: '^src/entities/' },
  ),
  forbid(
    'schema-is-shape-only',
    'GraphQL types refer to each other and to plain values, never to tables',
    { path: '^src/schema/' },
    { path: '^src/(entities|resolvers|rest|edge)/' },
  ),
  forbid(
    'doors-touch-no-database',
    'resolvers and routes ask services; they hold no entity manager, driver or provider SDK',
    { path: '^src/(resolvers|rest)/' },
    { path: packages([...DATABASE, ...PROVIDER_SDKS]) },
  ),
  forbid(
    'doors-use-entities-as-types',
    'resolvers and routes know rows by their types only',
    { path: '^src/(resolvers|rest)/' },
    { path: '^src/entities/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'doors-do-not-use-each-other',
    'REST does not go through resolvers; both are given the same context, whose type stands there',
    { path: '^src/rest/' },
    { path: '^src/(resolvers|schema|edge)/' },
  ),
  forbid(
    'resolvers-know-no-rest',
    'nor do resolvers go through REST',
    { path: '^src/resolvers/' },
    { path: '^src/(rest|edge)/' },
  ),
  forbid(
    'edge-knows-no-domain',
    'the edge receives everything from the composition root; it shares the table of codes, turns of the event loop, limits of JSON, and the interfaces of time and randomness',
    { path: '^src/edge/' },
    {
      path: '^src/',
      pathNot: [
        '^src/edge/',
        '^src/services/kernel/(?:codes|event-loop)/',
        '^src/services/kernel/text/json-excess',
        '^src/services/kernel/validation/validation-issue',
        '^src/services/kernel/(?:time/timers|random/random)\\.ts$',
      ],
    },
  ),
  forbid(
    'only-the-root-composes',
    'no module imports the files that wire the server',
    { path: '^src/', pathNot: oneOf(COMPOSITION) },
    {
      path: oneOf([
        'src/app.ts',
        'src/wiring/',
        'src/main.ts',
        'src/cli/',
        'src/startup/',
        'src/entities/all-entities.ts',
        'src/resolvers/all-resolvers.ts',
      ]),
    },
  ),
]

const providers = [
  forbid(
    'stripe-behind-its-port',
    'one folder speaks Stripe',
    { path: '^src/', pathNot: '^src/services/billing/providers/stripe/' },
    { path: packages(['stripe']) },
  ),
  forbid(
    'paypal-behind-its-port',
    'one folder speaks PayPal',
    { path: '^src/', pathNot: '^src/services/billing/providers/paypal/' },
    { path: packages(['@paypal']) },
  ),
]

const packageRules = [
  forbid(
    'product-without-sandbox',
    'the sandbox is a stand-in over HTTP, never code',
    { path: '^src/' },
    { path: ['(^|/)packages/sandbox/', ...packages(['@stackgate'])] },
  ),
  forbid(
    'sandbox-without-product',
    'what stands in for Stripe must not share our mistakes',
    { path: '^packages/sandbox/' },
    { path: '^(src|migrations)/' },
  ),
  forbid(
    'packages-without-the-server',
    'the packages use the public API and nothing else of the server',
    { path: '^packages/(client|react|iframe)/' },
    { path: '^(src|migrations|packages/sandbox)/' },
  ),
  forbid(
    'iframe-without-dependencies',
    'the messages of a frame need no library',
    { path: '^packages/iframe/src/' },
    { pathNot: '^packages/iframe/src/' },
  ),
  forbid(
    'no-tests-in-the-product',
    'tests and benchmarks look at the product, never the other way',
    { path: '^(src|packages|migrations)/', pathNot: '^packages/[^/]+/test/' },
    { path: '^(test|bench)/' },
  ),
  forbid(
    'no-cycles',
    'except among GraphQL types, which refer to each other lazily, and types alone',
    { path: '^(src|packages|migrations)/', pathNot: '^src/schema/' },
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'], pathNot: '^src/schema/' } },
  ),
]

/** All of it. */
export const importRules: IFlattenedRuleSet = { forbidden: [...domainOrder, ...layers, ...providers, ...packageRules] }
