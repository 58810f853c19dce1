import {
  decideReturnUrls,
  requireParentAddress,
  type ReturnUrlRequest,
} from '#services/billing/checkout/return-urls.js'
import { readConfig } from '#services/kernel/config/config.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

const config = readConfig({
  PARENT_APP_URL: 'https://app.cg',
  APP_URL: 'https://dash.example',
  RETURN_URL_HOSTS: 'shop.example,shop.example:8443',
})

const decide = (returnUrls: CatalogSnapshot['returnUrls'], request: Partial<ReturnUrlRequest> = {}) =>
  decideReturnUrls({ ...catalogFixture, returnUrls }, config, {
    successUrl: null,
    cancelUrl: null,
    externalId: '42',
    pluginId: null,
    ...request,
  })

describe('Return URLs', () => {
  it("use a plug-in's parent page with its placeholder in the provider's format", () => {
    expect(decide({ kind: 'iframe' })).toEqual({
      successUrl: 'https://app.cg/c/42/?stripe_status=success&session_id={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://app.cg/c/42/?stripe_status=cancel',
    })
  })

  it('use the page below the parent for a plug-in ID', () => {
    expect(decide({ kind: 'iframe' }, { pluginId: 'wizard-7' })).toEqual({
      successUrl: 'https://app.cg/c/42/plugin/wizard-7/?stripe_status=success&session_id={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://app.cg/c/42/plugin/wizard-7/?stripe_status=cancel',
    })
    expect(decide({ kind: 'iframe' }, { externalId: 'a b/c?d' })).toMatchObject({
      cancelUrl: 'https://app.cg/c/a%20b%2Fc%3Fd/?stripe_status=cancel',
    })
  })

  it.each(['..', '.', '', 'a/b', '../../admin', '%2e%2e', 'a b', 'x?y', 'x#y', 'é', 'x'.repeat(201)])(
    'reject a plug-in called %j',
    (pluginId) => {
      expect(decide({ kind: 'iframe' }, { pluginId })).toMatchObject({ code: 'INVALID_RETURN_URL', field: 'pluginId' })
    },
  )

  it.each(['..', '.'])('reject an account called %j', (externalId) => {
    expect(decide({ kind: 'iframe' }, { externalId })).toMatchObject({ code: 'INVALID_RETURN_URL', field: 'accountId' })
  })

  it('require the parent’s URL at the start outside the sandbox', () => {
    const check = (mode: 'sandbox' | 'test' | 'live', parentAppUrl: URL | null, kind: 'iframe' | 'client' = 'iframe') =>
      requireParentAddress({ mode, parentAppUrl }, { business: 'communities', returnUrls: { kind } })
    expect(() => check('live', null)).toThrow('PARENT_APP_URL: missing')
    expect(() => check('test', null)).toThrow('PARENT_APP_URL: missing')
    for (const [mode, url, kind] of [
      ['live', new URL('https://app.cg'), 'iframe'],
      ['sandbox', null, 'iframe'],
      ['live', null, 'client'],
    ] as const)
      expect(() => check(mode, url, kind)).not.toThrow()
  })

  it("ignore the caller's URL if the catalog has one", () => {
    const fixed = {
      kind: 'fixed',
      success: '/admin/attribution?session_id={CHECKOUT_SESSION_ID}',
      cancel: '/admin/attribution',
      portal: '/admin/attribution',
    } as const
    expect(decide(fixed)).toEqual({
      successUrl: 'https://dash.example/admin/attribution?session_id={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://dash.example/admin/attribution',
    })
    const given = { successUrl: 'https://shop.example/thanks' }
    expect(decide(fixed, given)).toMatchObject({ code: 'INVALID_RETURN_URL', field: 'successUrl' })
    expect(decide({ kind: 'iframe' }, given)).toMatchObject({ code: 'INVALID_RETURN_URL', field: 'successUrl' })
    expect(decide({ kind: 'iframe' }, { cancelUrl: 'https://app.cg/' })).toMatchObject({ field: 'cancelUrl' })
  })

  it('accept the caller’s URL on the allow list, with a port only if listed', () => {
    for (const successUrl of [
      'https://shop.example/thanks?x={CHECKOUT_SESSION_ID}',
      'https://shop.example:8443/',
      'https://SHOP.example/',
    ])
      expect(decide({ kind: 'client' }, { successUrl })).toMatchObject({ successUrl })
    for (const cancelUrl of [
      '//evil.example',
      'https://evil.example',
      'https://shop.example.evil.example/',
      'https://shop.example@evil.example/',
      'https://user:secret@shop.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      'https:evil.example',
      'https://shop.example/\r\nX: y',
      'https://shop.example\\@evil.example/',
      '/relative',
      `https://shop.example/${'x'.repeat(2100)}`,
    ])
      expect(decide({ kind: 'client' }, { cancelUrl })).toMatchObject({
        code: 'INVALID_RETURN_URL',
        field: 'cancelUrl',
      })
  })
})
