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
