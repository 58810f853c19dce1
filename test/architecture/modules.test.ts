import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { buildSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { allModules } from '#modules/all-modules.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { ClientDocuments } from '#rest/shared-operations/client-documents.js'
import { dashboardPagesOf } from '#modules/compose.js'
import { dashboardRoutes } from '../support/dashboard-routes.js'
import { modulesOfFields } from '../support/field-modules.js'

/** Domains whose declarations a module lists. */
const DOMAINS: Readonly<Record<string, readonly string[]>> = {
  core: ['kernel', 'identity', 'catalog', 'entitlements'],
  billing: ['billing'],
  stripe: ['billing'],
  'machine-payments': ['billing'],
  paypal: ['billing'],
  marketplace: ['marketplace'],
  deployments: ['deployments'],
  operations: ['ops'],
}
const DOMAIN_NAMES = Object.values(DOMAINS).flat()

/** Files outside of `src/modules` that name a module which an installation may not have. The list only becomes shorter. */
const NAMES_OF_COMPOSITIONS: readonly string[] = [
  'src/cli/commands/import.ts billing',
  'src/cli/commands/verify.ts billing',
  'src/entities/tables.ts billing',
  'src/entities/tables.ts deployments',
  'src/entities/tables.ts marketplace',
  'src/entities/tables.ts operations',
  'src/startup/backup-commands.ts billing',
  'src/startup/catalog-commands.ts billing',
  'src/startup/go-live.ts billing',
  'src/startup/import-commands.ts billing',
  'src/startup/sandbox-process.ts billing',
  'src/startup/serve.ts operations',
  'src/startup/template-commands.ts marketplace',
  'src/startup/verify-commands.ts billing',
  'src/wiring/app-options.ts operations',
  'src/wiring/providers.ts billing',
  'src/wiring/stand-ins.ts billing',
]

/** Tables of modules that statements of lower ones name, most of them in `ofTable`. The list only becomes shorter. */
const FOREIGN_TABLES: readonly string[] = [
  'src/services/billing/journal/journal.sql.ts earnings_entry',
  'src/services/billing/journal/journal.sql.ts vendor_payout',
  'src/services/billing/reconciliation/money/load-our-money.ts vendor_payout',
  'src/services/catalog/invariants/rule-statements.sql.ts deployment',
  'src/services/entitlements/invariants/account-rules.sql.ts deployment',
  'src/services/entitlements/invariants/assignment-rules.sql.ts billing_subscription',
  'src/services/kernel/claim-loop/queues.ts broker_message',
  'src/services/kernel/claim-loop/queues.ts template_sync_message',
  'src/services/kernel/claim-loop/queues.ts usage_report',
  'src/services/kernel/events/events.sql.ts deployment',
  'src/services/ops/accounts/accounts.sql.ts billing_customer',
  'src/services/ops/accounts/accounts.sql.ts billing_subscription',
  'src/services/ops/accounts/accounts.sql.ts checkout',
  'src/services/ops/accounts/accounts.sql.ts deployment',
  'src/services/ops/accounts/accounts.sql.ts invoice',
  'src/services/ops/dead-letters/drop-dead-letter.ts usage_report',
  'src/services/ops/dead-letters/retry-dead-letter.ts usage_report',
]

/** A table in a statement, or in a call that makes one. */
const TABLE =
  /\b(?:from|join|into|update)\s+([a-z_]+)\b|(?:selectFrom|updateTable|insertInto|deleteFrom|Join|ofTable)\(\s*'([a-z_]+)|\btable: '([a-z_]+)'/g

const COMPOSITION = ['all-modules', 'compose', 'installed-modules', 'all-declarations', 'module']

const files = globSync('src/modules/*.ts').filter((path) => !COMPOSITION.includes(basename(path, '.ts')))

describe('modules', () => {
  it('are all composed, each after those that it requires', () => {
    expect(allModules.map(({ name }) => name).toSorted()).toEqual(files.map((path) => basename(path, '.ts')).toSorted())
    const early = allModules.flatMap(({ name, requires }, place) =>
      requires
        .filter((one) => !allModules.slice(0, place).some((lower) => lower.name === one))
        .map((one) => [name, one]),
    )
    expect(early).toEqual([])
  })

  it('list declarations of their own domains', () => {
    const foreign = files.flatMap((path) => {
      const own = DOMAINS[basename(path, '.ts')] ?? []
      const imports = readFileSync(path, 'utf8').matchAll(
        /^import (?!type).* from '\.\.\/(?:entities|resolvers|rest|services)\/(\w+)\//gm,
      )
      return [...imports].filter(([, domain]) => !own.includes(domain!)).map(([line]) => `${path}: ${line}`)
    })
    expect(foreign).toEqual([])
  })

  it('make each loader that is used', () => {
    const made = new Set(allModules.flatMap(({ loaders }) => Object.keys(loaders)))
    const used = globSync('src/**/*.ts').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\bcontext\.loaders\.(\w+)/g)].map(([, name]) => name!),
    )
    expect([...new Set(used)].filter((name) => !made.has(name))).toEqual([])
    expect(made.size).toBeGreaterThan(100)
  })

  it('have the operations of which they are the highest module', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true })
    const documents = new ClientDocuments()
    const places = modulesOfFields(allModules)
    const highest = (document: string): number | undefined => {
      const types = new TypeInfo(schema)
      const found: number[] = []
      const fields = visitWithTypeInfo(types, {
        Field({ name }) {
          const type = types.getParentType()?.name
          // Higher modules add fields to denials, which all documents select.
          if (type !== 'Denial') found.push(places.get(`${type}.${name.value}`) ?? 0)
        },
      })
      visit(documents.firstFieldOf(document), fields)
      return Math.max(...found)
    }
    const foreign = allModules.flatMap(({ operations }, place) =>
      operations.map(({ document }) => document).filter((document) => highest(document) !== place),
    )
    expect(foreign).toEqual([])
    expect(places.size).toBeGreaterThan(400)
  })

  it('declare the events that their own services publish', () => {
    const wrong = allModules.flatMap(({ name, requires, events }) => {
      const required = new Set(
        allModules.flatMap((one) => (requires.includes(one.name) ? Object.keys(one.events) : [])),
      )
      const texts = DOMAINS[name]!.flatMap((domain) => globSync(`src/services/${domain}/**/*.ts`))
        .filter((path) => !path.includes('/event-data/'))
        .map((path) => readFileSync(path, 'utf8'))
        .join('\n')
      const published = [...texts.matchAll(/\btype: '([a-z_]+\.[a-z_]+)'/g)].map(([, type]) => type!)
      // Their names are made of a status.
      const silent = Object.keys(events).filter(
        (type) => !/^(command|checkout)\./.test(type) && !texts.includes(`'${type}'`),
      )
      const foreign = published.filter((type) => !(type in events) && !required.has(type) && type !== 'webhook.test')
      return [...silent, ...foreign].map((type) => `${name}: ${type}`)
    })
    expect(wrong).toEqual([])
  })

  it('declare the jobs that their own services schedule', () => {
    const all = globSync('src/services/**/*.ts').map((path) => [path, readFileSync(path, 'utf8')] as const)
    const kinds = new Map(
      all.flatMap(([, text]) =>
        [...text.matchAll(/^export const ([A-Z_]+) = '([a-z_.]+)'/gm)].map(([, name, kind]) => [name!, kind!] as const),
      ),
    )
    const wrong = allModules.flatMap(({ name, requires, jobs }) => {
      const texts = all.filter(([path]) => DOMAINS[name]!.some((domain) => path.startsWith(`src/services/${domain}/`)))
      const scheduled = texts.flatMap(([, text]) =>
        [...text.matchAll(/\bkind: ([A-Z_]+),\s+key\b/g)].map(([, constant]) => kinds.get(constant!)!),
      )
      const known = new Set(
        allModules.flatMap((one) => (one.name === name || requires.includes(one.name) ? Object.keys(one.jobs) : [])),
      )
      const foreign = Object.keys(jobs).filter((kind) => !texts.some(([, text]) => text.includes(`'${kind}'`)))
      return [...foreign, ...scheduled.filter((kind) => !known.has(kind))].map((kind) => `${name}: ${kind}`)
    })
    // A use of units in the core schedules what billing does.
    expect(wrong).toEqual(['core: top_up.run', 'billing: overage.invoice', 'billing: top_up.run'])
    expect(kinds.size).toBeGreaterThan(20)
  })

  it('are named by files of their own, of higher modules, and of compositions', () => {
    const moduleOf = (domain: string) => Object.keys(DOMAINS).find((name) => DOMAINS[name]!.includes(domain))!
    const named = globSync('src/**/*.ts', { exclude: (path) => path === 'src/modules' }).flatMap((path) => {
      const [, domain] = /^src\/\w+\/(\w+)\//.exec(path) ?? []
      const own = allModules.find(({ name }) => name === (DOMAIN_NAMES.includes(domain!) ? moduleOf(domain!) : 'core'))!
      const paths = readFileSync(path, 'utf8').matchAll(/from '([^']*)'/g)
      const names = [...paths].flatMap(([, from]) => {
        const [, of] = /(?:#|\/)(?:services|entities|schema|resolvers|context|rest)\/(\w+)\//.exec(from!) ?? []
        const [, module] = /\/modules\/([\w-]+)\.js$/.exec(from!) ?? []
        return DOMAIN_NAMES.includes(of!) ? [moduleOf(of!)] : Object.hasOwn(DOMAINS, module!) ? [module!] : []
      })
      const isKnown = (name: string) => name === own.name || own.requires.includes(name)
      return [...new Set(names)].filter((name) => !isKnown(name)).map((name) => `${path} ${name}`)
    })
    // Higher modules add to lists and types of operations, and do not require them.
    const others = named.filter(
      (line) => !/^src\/(?:services|resolvers)\/(?:billing|marketplace|deployments)\/.* operations$/.test(line),
    )
    expect(others.toSorted()).toEqual(NAMES_OF_COMPOSITIONS)
  })

  it('have tables that statements of lower modules do not name', () => {
    const owners = new Map(
      allModules.flatMap(({ name, entities }) => entities.map(({ meta }) => [meta.tableName, name])),
    )
    const foreign = allModules.flatMap(({ name, requires }) => {
      const isForeign = (table: string) =>
        owners.has(table) && owners.get(table) !== name && !requires.includes(owners.get(table)!)
      return DOMAINS[name]!.flatMap((domain) =>
        globSync(`src/{services,resolvers,rest,context,entities}/${domain}/**/*.ts`),
      ).flatMap((path) => {
        const texts = readFileSync(path, 'utf8').matchAll(TABLE)
        const tables = new Set([...texts].map(([, ...found]) => found.find(Boolean)!).filter(isForeign))
        return [...tables].map((table) => `${path} ${table}`)
      })
    })
    expect([...new Set(foreign)].toSorted()).toEqual(FOREIGN_TABLES)
  })

  it('declare each page of the dashboard once', () => {
    const declared = allModules.flatMap(({ dashboardPages }) => Object.values(dashboardPages).flat())
    expect(declared.toSorted()).toEqual(dashboardRoutes().toSorted())
    const served = new RegExp(dashboardPagesOf(allModules))
    expect([...declared, '/x', '/ops/x', '/a'].filter((page) => !served.test(page))).toEqual(['/x', '/ops/x', '/a'])
  })

  it('export each metric once', () => {
    const { registry: _, ...metrics } = createMetrics()
    expect(allModules.flatMap(({ processMetrics }) => processMetrics).toSorted()).toEqual(
      Object.keys(metrics).toSorted(),
    )
  })

  it('share no table, resolver, kind of job or provider', () => {
    const declared = [
      ...allModules.flatMap(({ entities }) => entities),
      ...allModules.flatMap(({ resolvers }) => resolvers),
      ...allModules.flatMap(({ jobs, inbox }) => [...Object.keys(jobs), ...Object.keys(inbox)]),
    ]
    expect(new Set(declared).size).toBe(declared.length)
    expect(declared.length).toBeGreaterThan(250)
  })
})
