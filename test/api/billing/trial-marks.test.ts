import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { previewPlanChange, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Business has a trial of its own. */
const withTrials = (text: string): string => {
  const start = text.indexOf('\n  business:')
  return text.slice(0, start) + text.slice(start).replace('\n    prices:', '\n    trial_days: 14\n    prices:')
}

describe.each([
  ['the default of the sandbox', '', true],
  ['marks with the card', '\ntrials: { once_per: [person, email, card] }', false],
])('A trial that another account has begun with the same card, with %s', (_, setting, isGranted) => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'agileforge.yaml')
    const text = withTrials(readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8'))
    writeFileSync(catalog, text.replace('\nnear_limit:', `${setting}\nnear_limit:`))
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('counts for a preview and for the change as for a checkout', async () => {
    const card = '4242424242424242'
    const ann = await subscribe(server, 'ann@example.com', { plan: 'professional', card })
    const preview = () => previewPlanChange(server, ann, { plan: 'business', at: 'NOW' })
    expect((await preview()).dueNow.decimal).toBe('0.00')
    const bob = await Buyer.named(server, 'bob@example.com')
    await bob.buy('startSubscription', { plan: 'business' }, { card })
    expect((await preview()).dueNow.decimal === '0.00').toBe(isGranted)
  })
})
