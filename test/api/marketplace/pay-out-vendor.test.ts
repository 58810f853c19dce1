import { SetVendorPayoutAccount } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { amountsOf, readEarnings, sellTemplate, type Amount } from '#test/support/vendor-earnings.js'

describe('payOutVendor', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  let adminToken: string
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    adminToken = await server.token('admin@example.com', { roles: ['admin'] })
    admin = new MarketplaceClient(server, adminToken)
    ;({ vendor, vendorId } = await sellTemplate(server, admin))
  })
  afterAll(() => server.close())

  const earnings = () => readEarnings(server, vendor.token)
  const payOut = async (
    { key, ...input }: { readonly key: string; readonly [name: string]: unknown },
    token: string | null = adminToken,
  ) => {
    const { data, errors } = await server.graphql<{
      payOutVendor: { id: string; status: string; code: string; issues: { path: string[] }[]; money: Amount }
    }>(
      `mutation ($input: PayOutVendorInput!, $key: String!) { payOutVendor(input: $input, key: $key) { vendorPayout { __typename id status method reference money { amountMinor currency } } denial { __typename code message issues { path } } } }`,
      { key, input: { vendorId, currency: 'USD', reason: 'The month is over.', ...input } },
      token,
    )
    return errors ? ({ code: errors[0]!.extensions.code } as (typeof data)['payOutVendor']) : data.payOutVendor
  }
  const stripe = async (path: string, form: Record<string, string>) => {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox_server', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    })
    return (await response.json()) as { id: string }
  }

  it('records a manual payout once, which is no longer payable', async () => {
    const file = await server.rest('GET', '/api/v1/marketplace/payouts.csv', { token: adminToken })
    expect(file.body as string).toContain(`${vendorId},vera,`)
    expect(file.body as string).toContain(',79.99,USD')
    expect(await payOut({ key: 'mine' }, vendor.token)).toMatchObject({ code: 'FORBIDDEN' })
    const paid = await payOut({ key: 'march', reference: 'SEPA 1' })
    expect(paid).toMatchObject({ status: 'PAID', money: { amountMinor: 7999, currency: 'USD' } })
    expect(await payOut({ key: 'march', reference: 'SEPA 1' })).toMatchObject({ id: paid.id })
    expect(await payOut({ key: 'bare' })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reference'] }],
    })
    expect(await payOut({ key: 'mute', reference: 'SEPA 2', reason: '' })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    expect(await payOut({ key: 'again', reference: 'SEPA 2' })).toMatchObject({
      code: 'INVALID_AMOUNT',
      issues: [{ path: ['currency'] }],
    })
    // The vendor reads it once, with the reference of the transfer.
    const mails = await server.query<{ subject: string; body: string }>(
      `select subject, body from mail_message where recipient = 'vera@example.com' and subject like '%payout%'`,
    )
    expect(mails).toMatchObject([
      { subject: 'Your payout of $79.99', body: expect.stringContaining('Reference: SEPA 1') },
    ])
    const records = await earnings()
    expect([amountsOf(records.paidOut), amountsOf(records.payable)]).toEqual([['7999 USD'], ['0 USD']])
  })

  it('sends a payout to a connected account once; a rejected one stays payable', async () => {
    const { id } = await publishTemplate(vendor, admin, { name: 'Second Stack' })
    await vendor.price(id, 1000)
    await (await Buyer.named(server, 'bob@example.com')).buy('purchaseTemplate', { templateId: id })
    await eventually(
      () => earnings(),
      ({ payable }) => payable[0]?.amountMinor === 800,
      20_000,
    )
    const setPayee = async (payoutAccountId: string | null) =>
      (await server.graphql(SetVendorPayoutAccount, { id: vendorId, payoutAccountId, key: randomUUID() }, adminToken))
        .data.setVendorPayoutAccount
    expect(await payOut({ method: 'PROVIDER', key: 'none' })).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      issues: [{ path: ['vendorId'] }],
    })
    expect(await setPayee('acct_nobody')).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['payoutAccountId'] }],
    })
    const express = await stripe('accounts', { type: 'express', 'capabilities[transfers][requested]': 'true' })
    expect(await setPayee(express.id)).toMatchObject({ id: vendorId })
    expect(await payOut({ method: 'PROVIDER', key: 'early' })).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    })
    const custom = await stripe('accounts', { type: 'custom', 'capabilities[transfers][requested]': 'true' })
    await setPayee(custom.id)
    // The response is lost. A repeated call under the same key pays nothing twice.
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/transfers' },
      action: 'drop_after',
      times: 1,
    })
    const sent = await payOut({ method: 'PROVIDER', key: 'april' })
    expect(sent).toMatchObject({ status: 'PAID', money: { amountMinor: 800, currency: 'USD' } })
    const list = await fetch(`${server.sandbox.url}/v1/transfers?destination=${custom.id}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const { data } = (await list.json()) as { data: { amount: number; metadata: object; transfer_group: string }[] }
    expect(data).toMatchObject([{ amount: 800, metadata: { payout_id: sent.id }, transfer_group: sent.id }])
    expect(amountsOf((await earnings()).payable)).toEqual(['0 USD'])
  })

  it('sends what can be transferred in a currency of three decimals, and the rest stays payable', async () => {
    const { id } = await publishTemplate(vendor, admin, { name: 'Third Stack' })
    await vendor.price(id, 5130, 'ONE_TIME', 'KWD')
    await (await Buyer.named(server, 'cleo@example.com')).buy('purchaseTemplate', { templateId: id, currency: 'KWD' })
    const payable = async () => amountsOf((await earnings()).payable).filter((amount) => amount.endsWith('KWD'))
    await eventually(payable, (found) => found[0] === '4104 KWD', 20_000)
    expect(await payOut({ method: 'PROVIDER', currency: 'KWD', key: 'may' })).toMatchObject({
      status: 'PAID',
      money: { amountMinor: 4100, currency: 'KWD' },
    })
    expect(await payable()).toEqual(['4 KWD'])
    expect(await payOut({ method: 'PROVIDER', currency: 'KWD', key: 'june' })).toMatchObject({ code: 'INVALID_AMOUNT' })
  })
})
