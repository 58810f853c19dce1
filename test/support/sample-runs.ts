/** A test that runs samples, and text that it contains because it runs them. */
export interface SampleRun {
  readonly test: string
  readonly contains: string
}

const run = (test: string, contains: string): SampleRun => ({ test, contains })

/** State in which the examples of a page run. */
interface Earlier {
  /** The plan that the caller `subscriber` has bought. */
  readonly plan?: string
  /** True if the caller `vendor` has sold a template. */
  readonly sale?: true
}

/** Pages of which page-examples.test.ts runs all blocks with a caller, with the catalog that they name. */
export const EXAMPLE_PAGES: readonly (readonly [page: string, catalog: string, earlier?: Earlier])[] = [
  ['README.md', 'try-direct'],
  ['docs/tutorial.md', 'try-direct'],
  ['docs/live.md', 'try-direct'],
  ['docs/integrations.md', 'try-direct'],
  ['docs/operations.md', 'try-direct'],
  ['docs/overage.md', 'ai-platform'],
  ['docs/graphql.md', 'try-direct', { plan: 'basic' }],
  ['docs/graphql-limits.md', 'try-direct'],
  ['docs/graphql-clients.md', 'try-direct'],
  ['docs/agents.md', 'try-direct'],
  ['docs/members.md', 'try-direct'],
  ['docs/entitlements.md', 'agileforge', { plan: 'professional' }],
  ['docs/rate-cards.md', 'ai-platform'],
  ['docs/top-ups.md', 'ai-platform', { plan: 'pro' }],
  ['docs/usage-alerts.md', 'ai-platform'],
  ['docs/usage-amendments.md', 'agileforge'],
  ['docs/usage-batches.md', 'agileforge'],
  ['docs/shadow-mode.md', 'agileforge'],
  ['docs/seats.md', 'ai-platform'],
  ['docs/spend-caps.md', 'ai-platform'],
  ['docs/pools.md', 'ai-platform'],
  ['docs/marketplace.md', 'try-direct', { sale: true }],
  ['docs/purchases.md', 'try-direct'],
  ['docs/subscriptions.md', 'try-direct', { plan: 'basic' }],
  ['docs/account-data.md', 'try-direct'],
  ['docs/analytics.md', 'try-direct'],
  ['docs/comped-plans.md', 'agileforge'],
  ['docs/negotiated-plans.md', 'agileforge'],
]

/** Blocks that are no commands for a shell, by page and language. */
export const BLOCK_RUNS: Readonly<Record<string, SampleRun>> = {
  'docs/ai-sdks.md ts': run('test/packages/client/ai-sdks.test.ts', 'docs/ai-sdks.md'),
  'docs/ai-sdks.md python': run('packages/python/tests/test_litellm.py', 'ai-sdks.md'),
  'docs/architecture.md text': run('test/start/page-samples.test.ts', 'docs/architecture.md'),
  'docs/catalog.md yaml': run('test/start/page-samples.test.ts', 'docs/catalog.md'),
  'docs/client-services.md ts': run('test/support/documented-examples.ts', 'docs/client-services.md'),
  'docs/entitlements.md js': run('test/start/readme.test.ts', 'docs/entitlements.md'),
  'docs/entitlements.md json': run('test/start/page-samples.test.ts', 'docs/entitlements.md'),
  'docs/entitlements.md text': run('test/unit/entitlements/decide-check.test.ts', 'The plan is Starter Team.'),
  'docs/graphql-clients.md ts': run('test/long/client-tools.test.ts', 'docs/graphql-clients.md'),
  'docs/graphql-clients.md python': run('test/long/client-tools.test.ts', 'docs/graphql-clients.md'),
  'docs/graphql-clients.md graphqls': run('test/start/page-samples.test.ts', 'docs/graphql-clients.md'),
  'docs/iframe.md js': run('test/packages/iframe/sites.ts', 'docs/iframe.md'),
  'docs/import.md text': run('test/start/import.test.ts', 'the mapping does not contain it (lookup key'),
  'docs/import.md yaml': run('test/start/page-samples.test.ts', 'docs/import.md'),
  'docs/integrations.md js': run('test/start/recipes.test.ts', 'docs/integrations.md'),
  'docs/live.md text': run('test/start/page-samples.test.ts', 'docs/live.md'),
  'docs/live.md ts': run('test/start/page-samples.test.ts', 'docs/live.md'),
  'docs/machine-payments.md js': run('test/api/billing/machine-payments.test.ts', 'docs/machine-payments.md'),
  'docs/marketplace.md text': run('test/start/page-samples.test.ts', 'docs/marketplace.md'),
  'docs/mcp.md json': run('test/start/mcp.test.ts', 'settingsOfPage'),
  'docs/open-feature.md ts': run('test/long/open-feature.test.ts', 'docs/open-feature.md'),
  'docs/backup.md cron': run('test/start/page-samples.test.ts', "codeOf('docs/backup.md', 'cron')"),
  'docs/operations.md sql': run('test/start/page-samples.test.ts', 'docs/operations.md'),
  'docs/overage.md yaml': run('test/start/page-samples.test.ts', 'docs/overage.md'),
  'docs/rate-cards.md yaml': run('test/start/page-samples.test.ts', 'docs/rate-cards.md'),
  'docs/rate-cards.md js': run('test/start/page-samples.test.ts', 'docs/rate-cards.md'),
  'docs/recipes.md ts': run('test/start/recipes.test.ts', 'docs/recipes.md'),
  'docs/rest-api.md json': run('test/api/edge/openapi.test.ts', 'Real values for those of the example'),
  'docs/sign-in.md yaml': run('test/unit/identity/issuers.test.ts', 'docs/sign-in.md'),
  'docs/subscriptions.md yaml': run('test/start/page-samples.test.ts', 'docs/subscriptions.md'),
  'docs/client-services.md go': run('packages/go/readme_test.go', 'README.md'),
  'docs/client-services.md python': run('packages/python/tests/test_readme.py', 'README.md'),
  'docs/tutorials/beside-your-own-stripe.md ts': run(
    'test/start/beside-your-own-stripe.test.ts',
    'docs/tutorials/beside-your-own-stripe.md',
  ),
  'docs/tutorials/gate-a-feature.md go': run('test/start/tutorials.test.ts', 'a page of payment in Go'),
  'docs/tutorials/gate-a-feature.md python': run('test/start/tutorials.test.ts', 'a page of payment in Python'),
  'docs/tutorials/gate-a-feature.md ts': run('test/start/tutorials.test.ts', 'a page of payment in TypeScript'),
  'packages/client/README.md ts': run('test/support/documented-examples.ts', 'packages/client/README.md'),
  'packages/iframe/README.md ts': run('test/support/documented-examples.ts', 'packages/iframe/README.md'),
  'packages/go/README.md go': run('packages/go/readme_test.go', 'README.md'),
  'packages/go/README.md text': run(
    'test/support/service-clients/go-program/go.mod',
    'replace stackgate.example/stackgate',
  ),
  'packages/python/README.md python': run('packages/python/tests/test_readme.py', 'README.md'),
  'packages/react/README.md tsx': run('test/support/documented-examples.ts', 'packages/react/README.md'),
  'packages/sandbox/README.md js': run('test/long/sandbox-package.test.ts', 'README.md'),
}

/** Blocks for a shell that a test runs as a whole, by page and language. */
export const SHELL_RUNS: Readonly<Record<string, SampleRun>> = {
  'docs/configuration.md bash': run('test/start/page-samples.test.ts', 'readConfig'),
  'docs/high-availability.md bash': run('test/start/page-samples.test.ts', 'readConfig'),
  'docs/recipes.md bash': run('test/start/recipes.test.ts', 'docs/recipes.md'),
  'docs/recipes.md sh': run('test/start/recipes.test.ts', "runBlock('Verify webhooks', 'sh'"),
  'docs/tutorial.md bash': run('test/start/readme.test.ts', 'docs/tutorial.md'),
  'docs/tutorials/agileforge.md bash': run('test/start/tutorials.test.ts', 'agileforge'),
  'docs/tutorials/attribution.md bash': run('test/start/tutorials.test.ts', 'attribution'),
  'docs/tutorials/communities.md bash': run('test/start/tutorials.test.ts', 'communities'),
  'docs/tutorials/gate-a-feature.md bash': run('test/start/tutorials.test.ts', 'gate-a-feature'),
  'docs/tutorials/marketplace.md bash': run('test/start/tutorials.test.ts', 'marketplace'),
  'examples/beside-your-own-stripe/README.md bash': run('test/long/beside-stripe.test.ts', "['install', '--no-audit'"),
  'examples/beside-your-own-stripe/README.md sh': run('test/start/beside-your-own-stripe.test.ts', 'send-event.ts'),
  'examples/express/README.md bash': run('test/long/framework-examples.test.ts', "['express', /"),
  'examples/fastify/README.md bash': run('test/long/framework-examples.test.ts', "['fastify', /"),
  'examples/next/README.md bash': run('test/long/framework-examples.test.ts', "['next', /"),
  'examples/sandbox-jest/README.md sh': run('test/long/sandbox-package.test.ts', "runPage('sandbox-jest')"),
  'examples/sandbox-vitest/README.md sh': run('test/long/sandbox-package.test.ts', "runPage('sandbox-vitest')"),
}

/** Tests that run a command with the options of the pages. Every other command of a page is refused. */
export const COMMAND_RUNS: readonly (readonly [command: RegExp, run: SampleRun])[] = [
  [/^(?:(?!STACKGATE_)[A-Z_]+=\S+ )*npm start$/, run('test/long/debian.test.ts', 'exec npm start')],
  [/^export [A-Z_]+=\S+( [A-Z_]+=\S+)*$/, run('test/start/tutorials.test.ts', 'npm start')],
  [/^npm test( -- test\/\S+\.test\.ts)?$/, run('test/start/runner.test.ts', "spawn(process.execPath, ['test/run.mjs'")],
  [/^npm run figures$/, run('test/architecture/repository-figures.test.ts', 'repositoryFigures')],
  [/^npm run check$/, run('test/run.mjs', 'runChecks')],
  [/^npm run prove -- --planted$/, run('test/proof/planted-bugs.test.ts', '--planted')],
  [/^npm run prove -- --seed \d+ --step \d+$/, run('test/proof/prove.test.ts', "'--seed', '5', '--step', '40'")],
  [/^npm run schema -- changelog /, run('test/api/ops/schema-commands.test.ts', "release: '1.1.0'")],
  [/^(source <\()?stackgate completion (bash|zsh|fish)/, run('test/start/cli.test.ts', "run('completion', shell)")],
  [/^npx --no stackgate$/, run('test/long/packed-server.test.ts', "spawn('npx', ['--no', 'stackgate']")],
  [/^npx --no stackgate types \S+ --out \S+$/, run('test/start/catalog-types.test.ts', "[CLI, 'types', ...args]")],
  [/^npx --no stackgate add(?: --dry-run| --remove)?$/, run('test/start/add.test.ts', "[CLI, 'add', ...args]")],
  [/^npx --no stackgate init$/, run('test/start/init.test.ts', "'init', ...args")],
  [/^npm run stackgate -- replay events /, run('test/start/replay.test.ts', "'replay'")],
  [
    /^npm run stackgate -- import stripe --mapping \S+( --dry-run)?$/,
    run('test/start/import.test.ts', "['stripe', '--mapping'"),
  ],
  [
    /^npm run stackgate -- template import \w+ \S+ --out \S+$/,
    run('test/start/template-import.test.ts', "runCommand('template', ['import'"),
  ],
  [/^npm run stackgate -- logs /, run('test/start/logs.test.ts', "'logs'")],
  [/^npm run stackgate -- verify --backup /, run('test/api/ops/verify-chains.test.ts', "'--backup'")],
  [/^npm run stackgate -- verify --database$/, run('test/api/ops/verify-chains.test.ts', "'--database'")],
  [/^npm run invariants( -- --json)?$/, run('test/start/page-samples.test.ts', "'invariants'")],
  [/^npm run db -- (backup|verify|restore) /, run('test/api/ops/backup.test.ts', "'restore', file")],
  [/^npm run db -- prepare-pooler$/, run('test/faults/pgbouncer.test.ts', "['prepare-pooler']")],
  [/^pgbackrest --stanza=stackgate /, run('test/support/pgbackrest.ts', '--stanza=${STANZA}')],
  [/^DATABASE(_DIRECT)?_URL=\S+$/, run('test/start/page-samples.test.ts', 'readConfig')],
  [/^npm run stackgate -- key create /, run('test/start/readme.test.ts', "'key', 'create'")],
  [/^npm run stackgate -- doctor --token -( < \S+)?$/, run('test/unit/identity/issuers.test.ts', 'checkToken')],
  [/^npm run token -- --user /, run('test/start/tutorials.test.ts', 'npm run -s token --')],
  [/^node -p /, run('test/start/page-samples.test.ts', '^node -p ')],
  [/^docker (build|exec|cp) /, run('test/long/image.test.ts', 'docs/go-live.md')],
  [/^npm run pack -- --out \S+ /, run('test/support/packed-packages.ts', "'packages/pack.mjs', '--out'")],
  [/^npm install \S+\/packages\/stackgate-client-\S+\.tgz$/, run('test/long/package-apps.test.ts', 'archives.client')],
  [/^STACKGATE_TOKEN=… node first\.ts$/, run('test/long/package-apps.test.ts', "'first.ts'")],
  [/^npm install \S+ \S+ @tanstack\/react-query$/, run('test/long/package-apps.test.ts', 'archives.react')],
  [/^node main\.ts/, run('test/faults/killed-agents.test.ts', "'register'")],
  [/^npx vite examples\/iframe-/, run('test/packages/iframe/stories.test.ts', "'examples/iframe-plugin'")],
]

/** Commands that no test runs, with the reason. Their names and scripts are checked. */
export const NOT_RUN: readonly (readonly [command: RegExp, reason: string])[] = [
  [
    /^npm run prove( -- --hours \d+( --processes \d+ --figures \S+)?)?$/,
    'it runs for minutes or hours; tests run the same program with seeds and few steps',
  ],
  [/^npm test -- (-t '|--all$)/, 'a run of the whole suite'],
  [/^npm run format$/, 'it changes the checkout; the check of the format runs the same program'],
  [/^claude mcp add /, 'a program of somebody else; a test runs the command and the settings that it receives'],
  [
    /^pip install \.\/packages\/python$/,
    'it needs a registry for httpx; a long test installs the wheel of the checkout',
  ],
  [/^npm init -y && /, 'a program of npm; a test writes the same file'],
  [
    /^(npm create vite@latest |cd shop$)/,
    'its newest version can change at any time; a test writes the same application',
  ],
]
