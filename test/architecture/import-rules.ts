import type { IFlattenedRuleSet, IForbiddenRuleType, IRegularForbiddenRuleType } from 'dependency-cruiser'

// Allowed imports: the order of the domains and layers, as rules that imports.test.ts checks.

/** Low to high; a service or an entity knows its own domain and those before it, also of the GraphQL types. */
const DOMAINS = ['kernel', 'identity', 'catalog', 'entitlements', 'ops', 'billing', 'marketplace', 'deployments']

/** The files that wire the server together and therefore import all of it. */
const COMPOSITION = [
  'src/app.ts',
  'src/wiring/',
  'src/main.ts',
  'src/cli/',
  'src/startup/',
  'src/modules/',
  'src/entities/tables.ts',
]

const pattern = (path: string) => `^${path.replaceAll('.', '\\.')}`
const oneOf = (paths: string[]) => paths.map(pattern)
const packages = (names: string[]) => names.map((name) => `(^|node_modules/)${name}(/|$)`)

/** Declarations of services from which GraphQL types are derived, so that both state a fact once. They run nothing. */
const DECLARATIONS = [
  '^src/services/entitlements/(metrics/(metric|registry)|model/use-texts)\\.ts$',
  '^src/services/(billing/metrics/billing-metrics|marketplace/metrics/earnings)\\.ts$',
  '^src/services/billing/customers/tax-id-forms\\.ts$',
  '^src/services/deployments/commands/definitions/command-registry\\.ts$',
  '^src/services/deployments/model/(command-report|parameter-tree|result-fields|result-states|shared-results)\\.ts$',
]

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
      `${layer}-${domain}-imports-no-higher-domain`,
      `${layer} of ${domain} import only ${DOMAINS.slice(0, place + 1).join(', ')}`,
      { path: `^src/${layer}/${domain}/` },
      { path: `^src/(services|entities|schema)/(${higher.join('|')})/` },
    ),
  )
})

/** Domains of the modules, low to high. Those of the first are always there. */
const MODULES = [DOMAINS.slice(0, 4), ...DOMAINS.slice(4).map((domain) => [domain])]

const moduleOrder = MODULES.slice(0, -1).map((domains, place) =>
  forbid(
    `${domains.at(-1)!}-shows-no-higher-module`,
    `resolvers, types, loaders and routes of ${domains.join(', ')} know no higher module, which extends their types itself`,
    { path: `^src/(resolvers|schema|context|rest)/(${domains.join('|')})/` },
    {
      path: `^src/(services|entities|schema|resolvers|context|rest)/(${MODULES.slice(place + 1)
        .flat()
        .join('|')})/`,
    },
  ),
)

/** Files of REST that every route uses. */
const restFrame = forbid(
  'routes-share-no-higher-module',
  'files of REST outside the domains know no module but the core; operations, routes and denials are listed by their modules',
  { path: '^src/rest/', pathNot: `^src/rest/(${DOMAINS.join('|')})/` },
  { path: `^src/(services|entities|schema|resolvers|context|rest)/(${MODULES.slice(1).flat().join('|')})/` },
)

const layers = [
  restFrame,
  forbid(
    'kernel-imports-no-domain',
    'the kernel imports its own tables and nothing else of the server',
    { path: '^src/services/kernel/' },
    { path: '^src/', pathNot: ['^src/services/kernel/', '^src/entities/kernel/', '^src/entities/tables\\.ts$'] },
  ),
  forbid(
    'services-import-no-http-or-graphql',
    'services import neither GraphQL nor HTTP',
    { path: '^src/services/' },
    {
      path: [
        '^src/(resolvers|rest|edge)/',
        ...packages(['type-graphql', 'graphql', 'graphql-ws', 'fastify', '@fastify', '@apollo', 'dataloader']),
      ],
    },
  ),
  forbid(
    'services-import-schema-as-types',
    'services take the input types of the schema and run none of its code',
    { path: '^src/services/' },
    { path: '^src/schema/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'entities-import-no-service',
    'an entity is a table and its states; rules are in services',
    // The types of all tables come from the lists of the modules.
    { path: '^src/entities/', pathNot: '^src/entities/tables\\.ts$' },
    { path: '^src/', pathNot: '^src/entities/' },
  ),
  forbid(
    'schema-imports-no-entity-or-endpoint',
    'GraphQL types refer to each other and to plain values, never to tables',
    { path: '^src/schema/' },
    { path: '^src/(entities|resolvers|rest|edge)/' },
  ),
  forbid(
    'schema-imports-no-service',
    'GraphQL types are derived from declarations and read values with the kernel; they run no service',
    { path: '^src/schema/' },
    {
      path: '^src/services/',
      pathNot: ['^src/services/kernel/', ...DECLARATIONS],
      dependencyTypesNot: ['type-only'],
    },
  ),
  forbid(
    'parts-of-pages-import-no-page',
    'parts of the dashboard that several pages share know no page',
    { path: '^dashboard/src/(ui|words|session)/' },
    { path: '^dashboard/src/pages/' },
  ),
  forbid(
    'endpoints-import-no-driver-or-provider-sdk',
    'resolvers and routes call services; they import no entity manager, driver or provider SDK',
    { path: '^src/(resolvers|rest)/' },
    { path: packages([...DATABASE, ...PROVIDER_SDKS]) },
  ),
  forbid(
    'endpoints-import-entities-as-types',
    'resolvers and routes import only the types of rows',
    { path: '^src/(resolvers|rest)/' },
    { path: '^src/entities/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'rest-imports-no-resolver',
    'REST routes import neither resolvers nor GraphQL types; both receive the same context',
    { path: '^src/rest/' },
    { path: '^src/(resolvers|schema|edge)/' },
  ),
  forbid(
    'resolvers-import-no-rest',
    'resolvers import no REST routes',
    { path: '^src/resolvers/' },
    { path: '^src/(rest|edge)/' },
  ),
  forbid(
    'edge-imports-no-domain',
    'the edge receives everything from the composition root; it shares the table of codes, turns of the event loop, limits of JSON, similar names, colors of pages, and the interfaces of time and randomness',
    { path: '^src/edge/' },
    {
      path: '^src/',
      pathNot: [
        '^src/edge/',
        '^src/services/kernel/(?:codes|event-loop)/',
        '^src/services/kernel/text/(?:json-excess|nearest-name|page-colors)',
        '^src/services/kernel/validation/validation-issue',
        '^src/services/kernel/(?:time/timers|random/random)\\.ts$',
      ],
    },
  ),
  forbid(
    'only-the-composition-root-imports-wiring',
    'no module imports the files that wire the server',
    { path: '^src/', pathNot: oneOf(COMPOSITION) },
    {
      path: oneOf(['src/app.ts', 'src/wiring/', 'src/main.ts', 'src/cli/', 'src/startup/', 'src/modules/']),
    },
  ),
  forbid(
    'wiring-imports-no-root',
    'wiring contains parts of the composition root and does not know it',
    { path: '^src/wiring/' },
    { path: '^src/app\\.ts' },
  ),
  forbid(
    'composition-imports-no-start',
    'the composition root and its parts do not know how a process starts',
    { path: '^src/(?:app\\.ts|wiring/)' },
    { path: '^src/(?:main\\.ts|startup/|cli/)' },
  ),
  forbid(
    'startup-imports-no-command',
    'a command imports startup, never the other way',
    { path: '^src/startup/' },
    { path: '^src/cli/' },
  ),
]

const providers = [
  forbid(
    'only-the-stripe-provider-imports-stripe',
    'one folder calls Stripe',
    { path: '^src/', pathNot: '^src/services/billing/providers/stripe/' },
    { path: packages(['stripe']) },
  ),
  forbid(
    'only-the-paypal-provider-imports-paypal',
    'one folder calls PayPal',
    { path: '^src/', pathNot: '^src/services/billing/providers/paypal/' },
    { path: packages(['@paypal']) },
  ),
]

const packageRules = [
  forbid(
    'product-without-sandbox',
    'the server calls the sandbox over HTTP and imports none of its code',
    { path: '^src/' },
    { path: ['(^|/)packages/sandbox/', ...packages(['@stackgate'])] },
  ),
  forbid(
    'sandbox-without-product',
    'the sandbox must not share mistakes with the server',
    { path: '^packages/sandbox/' },
    { path: '^(src|migrations)/' },
  ),
  forbid(
    'packages-without-the-server',
    'the packages use the public API and nothing else of the server; only the generator of the client reads its events',
    { path: '^packages/(client|react|iframe)/', pathNot: '^packages/client/scripts/' },
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
export const importRules: IFlattenedRuleSet = {
  forbidden: [...domainOrder, ...moduleOrder, ...layers, ...providers, ...packageRules],
}
