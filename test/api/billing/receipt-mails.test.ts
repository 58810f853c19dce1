import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetLanguage } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { change, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Mail {
  readonly subject: string
  readonly body: string
  readonly html: string
}

const mailsTo = (server: TestServer, email: string): Promise<Mail[]> =>
  server.query<Mail>('select subject, body, html from mail_message where recipient = $1 order by id', [email])

const mailsWhen = (server: TestServer, email: string, count: number): Promise<Mail[]> =>
  eventually(
    () => mailsTo(server, email),
    (mails) => mails.length >= count,
  )

/** A text whose spaces are all ordinary. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ')

describe('Mails about payments and plans', () => {
  let server: TestServer
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z' })
    ann = await subscribe(server, 'ann@example.com', { plan: 'basic' })
  })
  afterAll(() => server.close())

  it('are the receipt of each payment, once, with a link to it', async () => {
    const [receipt, ...others] = await mailsWhen(server, 'ann@example.com', 1)
    expect(others).toEqual([])
    expect(receipt!.subject).toMatch(/^Your receipt for Basic/)
    expect(receipt!.body).toContain('Date: February 1, 2026')
    expect(receipt!.body).toMatch(/\nBasic: (\$\d+\.\d\d)\nPaid: \1\n/)
    expect(receipt!.body).toMatch(/View the receipt: http\S+\n/)
    const [purchase] = await server.query<{ receipt_url: string }>('select receipt_url from purchase')
    expect(receipt!.body).toContain(purchase!.receipt_url)
  })

  it('say that the plan has changed, in the language of who pays', async () => {
    await server.graphql(SetLanguage, { language: 'DE' }, ann.token)
    const before = await mailsTo(server, 'ann@example.com')
    expect(await change(server, ann, 'changePlan', { plan: 'plus' })).toMatchObject({ __typename: 'PlanChangePayload' })
    const mails = (await mailsWhen(server, 'ann@example.com', before.length + 2)).slice(before.length)
    expect(mails.map(({ subject }) => subject.replace(/ \(.*/, '')).toSorted()).toEqual([
      expect.stringMatching(/^Ihr Beleg für Plus/),
      'Ihr Tarif ist jetzt Plus',
    ])
    const changed = mails.find(({ subject }) => subject.startsWith('Ihr Tarif'))!
    expect(changed.body).toMatch(/Bisher: Basic\nJetzt: Plus\nVerlängert sich am: 1\. März 2026\n/)
    const receipt = mails.find(({ subject }) => subject.startsWith('Ihr Beleg'))!
    expect(plain(receipt.body)).toMatch(/Bezahlt: \d+,\d\d \$\n/)
    expect(receipt.body).toContain('\nZahlungsmethode: Visa •••• 4242\n')
    expect(receipt.html).toContain('Beleg ansehen')
    const kinds = await server.query('select kind from billing_notice')
    expect(kinds).toEqual([{ kind: 'PLAN_CHANGED' }])
  })
})

describe('Receipts of packs', () => {
  const catalog = (setting: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-catalog-')), 'next.yaml')
    writeFileSync(path, `${readFileSync('catalogs/agileforge.yaml', 'utf8')}\n${setting}\n`)
    return path
  }

  it.each([
    ['say what can be used now', '', ['You bought 50 AI Stories']],
    ['are not sent for a provider that the catalog leaves out', 'receipt_mails: [paypal]', []],
  ])('%s', async (_title, setting, subjects) => {
    const server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: catalog(setting) } })
    try {
      const buyer = await Buyer.named(server, 'ann@example.com')
      await buyer.buy('purchasePackage', { package: 'stories_50' })
      await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
      const mails = await mailsTo(server, 'ann@example.com')
      expect(mails.map(({ subject }) => subject)).toEqual(subjects)
      for (const { body } of mails) expect(body).toMatch(/We received your payment of £[\d.]+, and you can use/)
    } finally {
      await server.close()
    }
  })
})
