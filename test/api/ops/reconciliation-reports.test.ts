import { AcceptDrift } from '@stackgate/client/documents'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigningKey } from '#services/kernel/secrets/ed25519.js'
import type { SignedDocument } from '#services/entitlements/ledger-chain/signed-document.js'
import { makeDueReport } from '#services/billing/reconciliation/make-report.js'
import { verifyReport } from '#services/billing/reconciliation/verify-report.js'
import { runCommand } from '#test/support/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Report {
  day: string
  runCount: number
  openCount: number
  acceptedDifferences: {
    kind: string
    object: string
    acceptedBy: { readonly label: string }
    reason: string
    acceptedUntil: string | null
  }[]
  keyId: string
  document: SignedDocument
}

const DRIFT = (object: string) => ({
  kind: 'wrong_amount',
  object,
  ours: 1,
  theirs: 2,
  healed: false,
  description: `${object} differs.`,
  accountId: null,
  action: 'ACCEPT',
})

describe('reconciliationReports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-report-'))
  let server: TestServer
  let operator: string
  let report: Report
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await server.query(`update installation set created_at = now() - interval '3 days'`)
    await server.query(`delete from reconciliation_run`)
    await server.query(
      `insert into reconciliation_run (id, provider, scope, started_at, finished_at, checked, totals, drift)
       values ('rcn_01kq0000000000000000000000', 'STRIPE', 'STATE', now() - interval '1 day', now() - interval '1 day', 7,
         '[{"currency":"USD","what":"received","theirsMinor":500,"oursMinor":400}]', $1)`,
      [JSON.stringify([DRIFT('payment:pi_1'), DRIFT('payment:pi_2')])],
    )
    const { data } = await server.graphql(
      AcceptDrift,
      {
        id: 'drf_01kq0000000000000000000000-0',
        reason: 'Paid in cash.',
        expiresAt: '2027-01-01T00:00:00Z',
      },
      operator,
    )
    expect(data.acceptDrift.__typename).toBe('Drift')
    await server.query(`update accepted_drift set accepted_at = now() - interval '1 day'`)
    await makeDueReport(server.app.context)
    ;[report] = (await read(operator)).data.reconciliationReports.nodes as [Report]
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const read = (token: string) =>
    server.graphql<{ reconciliationReports: { nodes: Report[] } }>(
      `{ reconciliationReports { nodes { day runCount openCount keyId document
          acceptedDifferences { provider kind object acceptedBy { label } reason acceptedAt acceptedUntil } } } }`,
      {},
      token,
    )

  it('state who accepted which difference, the reason and the end', () => {
    expect(report).toMatchObject({
      day: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
      runCount: 1,
      openCount: 1,
      acceptedDifferences: [
        {
          kind: 'WRONG_AMOUNT',
          object: 'payment:pi_1',
          acceptedBy: { label: expect.stringContaining('@') },
          reason: 'Paid in cash.',
          acceptedUntil: '2027-01-01T00:00:00.000Z',
        },
      ],
    })
    const found = verifyReport(report.document)
    expect(found.ok).toBe(true)
    expect(found.report!.runs[0]).toMatchObject({
      provider: 'STRIPE',
      checked: 7,
      sums: [{ currency: 'USD', what: 'received', theirs_minor: 500, ours_minor: 400 }],
      differences: [
        { object: 'payment:pi_1', accepted: true, healed: false },
        { object: 'payment:pi_2', accepted: false, healed: false },
      ],
    })
  })

  it('are signed once for each day', async () => {
    await makeDueReport(server.app.context)
    const { data } = await read(operator)
    expect(data.reconciliationReports.nodes).toEqual([report])
  })

  it('require an operator', async () => {
    const { errors } = await read(await server.token('user@example.com'))
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('are verified by a command, which finds each change', async () => {
    const verify = (name: string, document: object, ...args: string[]) => {
      const file = join(folder, name)
      writeFileSync(file, JSON.stringify(document))
      return runCommand('verify', [file, ...args], {})
    }
    const { document } = report
    const changed = { ...document, content: document.content.replace('Paid in cash.', 'Paid by card.') }
    const [sound, wrong, other] = await Promise.all([
      verify('report.json', document, '--key', document.public_key),
      verify('changed.json', changed),
      verify('other.json', document, '--key', createSigningKey().publicKey),
    ])
    expect([sound.code, sound.stderr]).toEqual([0, ''])
    expect(sound.stdout).toContain('until 2027-01-01T00:00:00.000Z: Paid in cash.')
    expect([wrong.code, wrong.stdout.includes('The signature of the report is wrong.')]).toEqual([1, true])
    expect([other.code, other.stdout.includes('not one of the accepted keys')]).toEqual([1, true])
  })
})
