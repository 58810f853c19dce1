import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigningKey, signingKeyId, signText } from '#services/kernel/secrets/ed25519.js'
import type { StatementDocument } from '#services/entitlements/ledger-chain/statement-document.js'
import { verifyStatement } from '#services/entitlements/ledger-chain/verify-statement.js'
import { entitlementService, grantTestCredits, type EntitlementService } from '#test/support/entitlements.js'
import { chainAndSign, readStatement, useCredits } from '#test/support/ledger-proof.js'
import { runCommand } from '#test/support/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

const FEATURE = 'ai_stories'

describe('statement', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-statement-'))
  let server: TestServer
  let service: EntitlementService
  let token: string
  let accountId: string
  let otherToken: string
  let otherId: string
  /** The first two days of the account. */
  let whole: StatementDocument
  let publicKey: string

  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-01-15T10:00:00Z' })
    token = await server.token('owner@example.com')
    otherToken = await server.token('other@example.com')
    accountId = await accountOf(token)
    otherId = await accountOf(otherToken)
    service = await entitlementService(server)
    for (const id of [accountId, otherId]) {
      await grantTestCredits(server, id, FEATURE, 100)
      await useCredits(service, id, FEATURE, 3)
    }
    await server.advanceTo('2026-01-16T00:00:30Z')
    await chainAndSign(server)
    await useCredits(service, accountId, FEATURE, 4)
    await server.advanceTo('2026-01-17T00:00:30Z')
    await chainAndSign(server)
    whole = await readStatement(server, token, { accountId, from: '2026-01-01T00:00:00Z' })
    const { data } = await server.graphql<{ installation: { signingKeys: { id: string; publicKey: string }[] } }>(
      `{ installation { signingKeys { id publicKey createdAt } } }`,
      {},
      null,
    )
    publicKey = data.installation.signingKeys[0]!.publicKey
    expect(data.installation.signingKeys).toHaveLength(1)
    const { id } = data.installation.signingKeys[0]!
    expect(signingKeyId(publicKey)).toBe(id)
    const node = 'query ($id: ID!) { node(id: $id) { id ... on SigningKey { publicKey } } }'
    expect((await server.graphql(node, { id }, null)).data).toEqual({ node: { id, publicKey } })
    expect((await server.graphql(node, { id: '0'.repeat(16) }, null)).data).toEqual({ node: null })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const accountOf = (of: string): Promise<string> => accountIdOf(server, of)

  const entriesOf = (document: StatementDocument) => document.links.flatMap(({ entries }) => entries)
  const verify = (document: StatementDocument) => verifyStatement(document, { keys: [publicKey], accountId })
  const changed = (change: (document: StatementDocument) => void, document = whole): StatementDocument => {
    const copy = structuredClone(document)
    change(copy)
    return copy
  }
  const problemsOf = (document: StatementDocument) => verify(document).problems

  it('contains each entry with its reason, and is verified without the server', () => {
    const found = verify(whole)
    expect(found).toMatchObject({
      ok: true,
      problems: [],
      accountId,
      entries: 8,
      isKeyTrusted: true,
      keyId: signingKeyId(publicKey),
      provenUntil: '2026-01-17T00:00:30.000Z',
    })
    expect(found.totals).toContainEqual({ feature: FEATURE, kind: 'GRANT', amount: '100' })
    const [granted, used] = entriesOf(whole)
    expect(granted!.reason).toMatch(
      /^100 ai_stories were granted as grant grt_\S+ of PACKAGE a_pack; 100 remain in grants\.$/,
    )
    expect(used!.columns).toMatchObject({ account_id: accountId, kind: 'CONSUME', amount: '-1', reference: 'story 0' })
    expect(used!.reason).toMatch(/^1 ai_stories were consumed from /)
  })

  it('continues at the root before the range', async () => {
    const second = await readStatement(server, token, { accountId, from: '2026-01-16T12:00:00Z' })
    expect(second.opening).toMatchObject({ entry_count: 4 })
    expect(verify(second)).toMatchObject({ ok: true, entries: 4 })
    const first = await readStatement(server, token, {
      accountId,
      from: '2026-01-15T00:00:00Z',
      to: '2026-01-16T00:00:00Z',
    })
    expect(verify(first)).toMatchObject({ ok: true, entries: 4, provenUntil: '2026-01-16T00:00:30.000Z' })
    expect(first.closing.value).toBe(second.opening!.value)
  })

  const ask = (as: string | null, id: string | null = accountId) =>
    server.graphql<{ account: { usage: { statement: object | null } } | null }>(
      `query ($id: ID) { account(id: $id) { usage { statement(from: "2026-01-01T00:00:00Z") { account { id } entryCount keyId from to provenUntil } } } }`,
      { id },
      as,
    )

  it('is null for callers who are neither members nor operators', async () => {
    expect((await ask(token)).data.account!.usage.statement).toEqual({
      account: { id: accountId },
      entryCount: 8,
      keyId: signingKeyId(publicKey),
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-17T00:00:30.000Z',
      provenUntil: '2026-01-17T00:00:30.000Z',
    })
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    expect((await ask(operator)).data.account!.usage.statement).toMatchObject({ entryCount: 8 })
    expect((await ask(otherToken)).data.account).toBeNull()
    expect((await ask(null)).data.account).toBeNull()
  })

  it('is an error for a range that ends before it starts, and null for an account without entries', async () => {
    const input = { accountId, from: '2026-01-16T00:00:00Z', to: '2026-01-16T00:00:00Z' }
    await expect(readStatement(server, token, input)).rejects.toThrow('from must be before to.')
    const empty = await server.token('empty@example.com')
    expect((await ask(empty, null)).data.account!.usage.statement).toBeNull()
  })

  it.each<[string, (document: StatementDocument) => void, RegExp]>([
    ['a changed amount', (it) => (it.links[0]!.entries[1]!.columns['amount'] = '-2'), /^Entry \S+ was changed/],
    ['a changed reference', (it) => (it.links[0]!.entries[1]!.columns['reference'] = 'x'), /^Entry \S+ was changed/],
    ['an added column', (it) => (it.links[0]!.entries[1]!.columns['note'] = 'x'), /^Entry \S+ was changed/],
    ['a missing column', (it) => delete it.links[0]!.entries[1]!.columns['source'], /^Entry \S+ was changed/],
    ['a changed reason', (it) => (it.links[0]!.entries[1]!.reason = 'A gift.'), /^The reason of Entry/],
    ['swapped entries', (it) => (it.links[0]!.entries = it.links[0]!.entries.toReversed()), /^The value of link 1/],
    ['a missing entry', (it) => it.links[0]!.entries.pop(), /^The value of link 1/],
    ['a repeated entry', (it) => it.links[0]!.entries.push(it.links[0]!.entries[0]!), /^The value of link 1/],
    ['swapped links', (it) => (it.links = it.links.toReversed()), /does not continue the link before/],
    ['a missing last link', (it) => it.links.pop(), /do not lead from the opening state to the closing state/],
    ['another commitment key', (it) => (it.commitment_key = '0'.repeat(64)), /^Entry \S+ was changed/],
    ['another account', (it) => (it.account_id = 'acc_other'), /is of account acc_other/],
    ['another business', (it) => (it.business = 'other'), /root is of agileforge, not of other/],
    ['a later end', (it) => (it.to = '2026-02-01T00:00:00.000Z'), /^Entries are proven until 2026-01-17/],
    ['a later proof', (it) => (it.proven_until = '2026-02-01T00:00:00.000Z'), /^proven_until differs/],
    [
      'a flipped signature',
      ({ closing: { root } }) =>
        (root.signature = (root.signature.startsWith('A') ? 'B' : 'A') + root.signature.slice(1)),
      /signature of the closing root is wrong/,
    ],
    [
      'another place in the tree',
      (it) => (it.closing.proof.index += 1),
      /^The proof does not lead from the closing state/,
    ],
    ['a shorter path', (it) => it.closing.proof.path.pop(), /^The proof does not lead from the closing state/],
  ])('finds %s', (_what, change, problem) => {
    expect(problemsOf(changed(change)).join('\n')).toMatch(new RegExp(problem.source, 'm'))
  })

  it('finds an earlier root that is used again for the end of the range', async () => {
    const first = await readStatement(server, token, {
      accountId,
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-16T00:00:00Z',
    })
    const hidden = changed((it) => {
      it.links = first.links
      it.closing = first.closing
    })
    expect(problemsOf(hidden)).toEqual([
      'proven_until differs from the closing root.',
      expect.stringContaining('Entries are proven until 2026-01-16T00:00:30.000Z only'),
    ])
    const reversed = changed((it) => (it.opening = whole.closing))
    expect(problemsOf(reversed)).toContain('The opening root is not before the closing root.')
  })

  it('finds the statement of another account, and its parts', async () => {
    const other = await readStatement(server, otherToken, { accountId: otherId, from: '2026-01-01T00:00:00Z' })
    expect(verifyStatement(other, { keys: [publicKey] }).ok).toBe(true)
    expect(problemsOf(other)).toEqual([`The statement is of account ${otherId}, not of ${accountId}.`])
    const renamed = changed((it) => (it.account_id = accountId), other)
    expect(problemsOf(renamed)).toEqual([
      'The proof does not lead from the closing state of the account to the signed root.',
      expect.stringContaining('The value of link 1'),
    ])
    const mixed = changed((it) => (it.links[0] = structuredClone(other.links[0]!)))
    expect(verify(mixed).ok).toBe(false)
  })

  it('finds a root that another key signed', () => {
    const forger = createSigningKey()
    const keyId = signingKeyId(forger.publicKey)
    const forged = changed(({ closing: { root } }) => {
      root.content = root.content.replace(root.key_id, keyId)
      Object.assign(root, { key_id: keyId, public_key: forger.publicKey })
      root.signature = signText(root.content, forger.privateKey)
    })
    expect(problemsOf(forged)).toEqual([
      `The closing root is signed with the key ${keyId}, which is not one of the accepted keys.`,
    ])
    // Without a key that the verifier knows, a forged document cannot be distinguished.
    expect(verifyStatement(forged)).toMatchObject({ ok: true, isKeyTrusted: false })
  })

  it('is verified by a command, which needs nothing but the file', async () => {
    const run = async (document: unknown, ...args: string[]) => {
      const file = join(folder, 'statement.json')
      writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
      return runCommand('verify', [file, ...args], { DATA_DIR: join(folder, 'none') })
    }
    const keys = join(folder, 'keys.txt')
    writeFileSync(keys, `${publicKey}\n`)
    const [sound, wrong, truncated, otherKey] = await Promise.all([
      run(whole, '--key', keys, '--account', accountId),
      runCommand(
        'verify',
        [
          await fileOf(
            'changed.json',
            changed((it) => it.links[0]!.entries.pop()),
          ),
          '--json',
        ],
        {},
      ),
      runCommand('verify', [await fileOf('truncated.json', JSON.stringify(whole).slice(0, -100))], {}),
      runCommand('verify', [await fileOf('whole.json', whole), '--key', createSigningKey().publicKey], {}),
    ])
    expect([sound.code, sound.stderr]).toEqual([0, ''])
    expect(sound.stdout).toContain(`ok    agileforge, account ${accountId}`)
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, problems: [expect.stringContaining('link 1')] })
    expect([truncated.code, truncated.stdout]).toEqual([2, ''])
    expect(truncated.stderr).toContain('is not JSON, or it is truncated')
    expect([otherKey.code, otherKey.stdout.includes('not one of the accepted keys')]).toEqual([1, true])
  })

  const fileOf = (name: string, document: unknown): Promise<string> => {
    const file = join(folder, name)
    writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
    return Promise.resolve(file)
  }

  it('stays valid after a rotation of the secrets key, and keeps the signing key', async () => {
    const { secrets } = server.app.context
    secrets.useKeys(['another secrets key of the tests', 'a secrets key of the tests'])
    await useCredits(service, accountId, FEATURE, 1)
    await server.advanceTo('2026-01-18T00:00:30Z')
    await chainAndSign(server)
    const later = await readStatement(server, token, { accountId, from: '2026-01-01T00:00:00Z' })
    expect(verify(later)).toMatchObject({ ok: true, entries: 9 })
    expect(later.closing.root.public_key).toBe(publicKey)
    secrets.useKeys(['a secrets key of the tests'])
  })
})
