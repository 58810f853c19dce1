import { allDeclared } from '#modules/all-declarations.js'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { entrySchemas, grantSchema, settingSchemas, topUpsSchema } from '#services/catalog/definition/file-schema.js'
import { rateLineSchema, rateVersionSchema } from '#services/catalog/definition/rate-card-schema.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { GENERATED_PARTS, settingNames, withPart } from '../support/reference.js'
import { WEBHOOK_TYPES } from '../support/event-reference.js'
import { clientFiles } from '../support/service-clients/client-files.js'

const read = (path: string) => readFileSync(path, 'utf8')

const GENERATED_FILES = {
  ...(await clientFiles()),
}

if (process.env['WRITE_DOCS']) {
  for (const part of GENERATED_PARTS) writeFileSync(part.page, withPart(read(part.page), part))
  for (const [path, text] of Object.entries(GENERATED_FILES)) writeFileSync(path, text)
}

describe('generated reference', () => {
  it.each(GENERATED_PARTS.map((part) => [part.page, part.name, part] as const))(
    '%s has the current table of %s; npm run docs rewrites it',
    (page, _name, part) => {
      expect(read(page)).toBe(withPart(read(page), part))
    },
  )

  it.each(Object.entries(GENERATED_FILES))('%s is current; npm run docs rewrites it', (path, text) => {
    expect(read(path)).toBe(text)
  })

  it('replaces one part only', () => {
    const part = { page: 'x.md', name: 'list', text: () => '\nnew\n' }
    expect(withPart('a\n<!-- list -->\nold\n<!-- /list -->\nb\n', part)).toBe(
      'a\n<!-- list -->\nnew\n<!-- /list -->\nb\n',
    )
    expect(withPart('<!-- list -->\n<!-- /list -->\n', part)).toBe('<!-- list -->\nnew\n<!-- /list -->\n')
    expect(() => withPart('a', part)).toThrow('x.md has no part list')
  })
})

describe('docs/configuration.md', () => {
  it('documents exactly the existing settings', () => {
    const [, settings = ''] = /^## Settings\n([^]*?)^## /m.exec(read('docs/configuration.md')) ?? []
    const named = [...settings.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!),
    )
    // Read from files, or by the tests alone.
    const others = named.filter((name) => !/_FILE$|^TEST_DATABASE_URL$/.test(name))
    expect(others.toSorted()).toEqual([...settingNames].toSorted())
  })
})

describe('docs/catalog.md', () => {
  const page = read('docs/catalog.md')

  it('documents every key of the business settings', () => {
    expect(keysBelow('## Settings of the business')).toEqual(Object.keys(settingSchemas).toSorted())
    expect(keysBelow('### trials')).toEqual(keysOf(settingSchemas.trials.unwrap()))
    expect(keysBelow('### top_ups')).toEqual(keysOf(topUpsSchema))
  })

  it.each(['features', 'rate_cards', 'plans', 'packages', 'categories', 'vendors', 'templates'] as const)(
    'documents every key of %s',
    (section) => {
      const heading = ['features', 'rate_cards', 'plans', 'packages'].includes(section)
        ? `## ${section}`
        : `### ${section}`
      expect(keysBelow(heading)).toEqual(keysOf(entrySchemas[section]))
    },
  )

  it('documents every key of versions and lines of rate cards', () => {
    expect(keysBelow('### Versions of a rate card')).toEqual(keysOf(rateVersionSchema))
    expect(keysBelow('### Lines of a rate card')).toEqual(keysOf(rateLineSchema))
  })

  it('documents every key of products, prices and values', () => {
    expect(keysBelow('### products')).toEqual(keysOf(entrySchemas.products))
    const prices = [entrySchemas.plans, entrySchemas.packages].flatMap(({ shape }) => keysOf(shape.prices.unwrap()))
    // Numbers of weeks and months are one row each.
    expect(keysBelow('### prices')).toEqual([...new Set(prices.map((key) => key.replace(/^\d+/, 'N')))].toSorted())
    expect(keysBelow('### Values of features')).toEqual(keysOf(grantSchema))
  })

  it('has an example that is a valid catalog', () => {
    const [, example = ''] = /^```yaml\n([^]*?)^```/m.exec(page) ?? []
    expect(parseCatalog(example, 'docs/catalog.md').plans.map(({ code }) => code)).toEqual(['free', 'team'])
  })

  /** First column of the first table below a heading. */
  function keysBelow(heading: string): string[] {
    const [, section = ''] = page.split(`\n${heading}\n`)
    const [, table = ''] = /\n(\| Key [^]*?)(\n\n|$)/.exec(section) ?? []
    return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key!).toSorted()
  }
})

describe('docs/events.md', () => {
  const [, types = ''] = /^## Types\n([^]*?)^## /m.exec(read('docs/events.md')) ?? []
  const rows = [...types.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell]) => cell!)
  const documented = rows.flatMap((cell) => [...cell.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, type]) => type!))
  const sources = globSync('src/services/**/*.ts').map(read).join('\n')
  /** Types that are made of a prefix and a status. */
  const BY_STATUS = /^(command|checkout)\./

  it('documents each type once', () => {
    expect(documented.length).toBeGreaterThan(80)
    expect(documented.filter((type, index) => documented.indexOf(type) !== index)).toEqual([])
  })

  it('documents every published type', () => {
    const published = [...sources.matchAll(/\btype: '([a-z_]+\.[a-z_]+)'/g)].map(([, type]) => type!)
    const missing = published.filter((type) => !documented.includes(type) && !BY_STATUS.test(type))
    expect([...new Set(missing)]).toEqual([])
  })

  it('documents the types that `installation` lists', () => {
    expect([...documented].toSorted()).toEqual(Object.keys(allDeclared.events).toSorted())
  })

  it('documents each type that webhooks deliver', () => {
    expect(WEBHOOK_TYPES.filter((type) => type !== 'webhook.test' && !documented.includes(type))).toEqual([])
  })

  it('documents only published types', () => {
    expect(documented.filter((type) => !BY_STATUS.test(type) && !sources.includes(`'${type}'`))).toEqual([])
  })
})

interface WithShape {
  readonly shape: Readonly<Record<string, unknown>>
}

/** Keys of an object schema, also behind a refinement. */
function keysOf(schema: unknown): string[] {
  return Object.keys((schema as WithShape).shape).toSorted()
}
