import { Account, StopDeployment, DeploymentEligibility } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { ofType } from '#test/support/of-type.js'
import { requestDeployment, rowCounts, templateId } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'

const ELIGIBLE = `query ($template: ID!, $stack: String) {
  template(by: { id: $template }) { eligibility(stack: $stack) { allowed explain denials { code message } } }
}`

describe('Deployment limits and supported stacks', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const person = () => server.token(`${randomUUID()}@example.com`)
  const plan = async (token: string) => (await server.graphql(Account, {}, token)).data.account!.plan
  const buy = async (token: string, code: string) => {
    const providerReference = await startCheckout(server, token, { plan: code, idempotencyKey: 'buy' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await eventually(
      () => plan(token),
      (held) => held.plan.code === code,
    )
  }
  const stop = async (token: string, hash: string, key = randomUUID()) =>
    (await server.graphql(StopDeployment, { id: hash, key: key }, token)).data.stopDeployment
  const eligibility = async (token: string | null, slug: string, stack?: string) =>
    (await server.graphql(DeploymentEligibility, { template: await templateId(server, slug), stack }, token)).data
      .template!.eligibility!

  it('lists all stacks, looked up by their code, for a plan that supports all', async () => {
    const token = await person()
    await buy(token, 'plus')
    expect(await plan(token)).toMatchObject({ supportsAllStacks: true, supportedStacks: [] })
    const { body } = await server.rest('GET', '/billing/status', { token })
    expect(body).toMatchObject({ plan: { supported_stacks: { wordpress: true, prestashop: true, ai_agent: true } } })
    const { body: plans } = await server.rest('GET', '/server/user/plans/info')
    expect(plans).toContainEqual(
      expect.objectContaining({ name: 'plus', supported_stacks: expect.objectContaining({ ghost: true }) }),
    )
  })

  it('deploys a free template on the free plan without a purchase', async () => {
    const token = await person()
    expect(await eligibility(token, 'static-site')).toMatchObject({ allowed: true, denials: [] })
    expect((await requestDeployment(server, token)).__typename).toBe('DeploymentPayload')
    expect(await plan(token)).toMatchObject({ plan: { code: 'free' }, deploymentsLeft: 0 })
  })

  it('starts exactly one of six concurrent deployments on the free plan, and denies the others with the count', async () => {
    const token = await person()
    const answers = await Promise.all(Array.from({ length: 6 }, () => requestDeployment(server, token)))
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual([
      ...Array<string>(5).fill('Denial'),
      'DeploymentPayload',
    ])
    expect(answers.find(({ code }) => code)).toMatchObject({
      code: 'LIMIT_REACHED',
      message: 'You have used 1/1 deployments.',
    })
    expect((await plan(token)).deploymentsLeft).toBe(0)
  })

  it('starts exactly ten of fifteen concurrent deployments on Plus; stopping one deallocates one', async () => {
    const token = await person()
    await buy(token, 'plus')
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, index) => requestDeployment(server, token, { key: `d${index}` })),
    )
    const started = answers.filter(({ __typename }) => __typename === 'DeploymentPayload')
    expect(started).toHaveLength(10)
    expect(answers.filter(({ code }) => code === 'LIMIT_REACHED')).toHaveLength(5)
    expect((await plan(token)).deploymentsLeft).toBe(0)
    const rows = await server.query<{ allocated: number; deployments: number }>(
      `select (select count(*)::int from allocation l where l.account_id = a.id and released_at is null) as allocated,
         (select count(*)::int from deployment d where d.account_id = a.id) as deployments
       from account a join deployment d on d.account_id = a.id where d.hash = $1`,
      [started[0]!.deployment.hash],
    )
    expect(rows).toEqual([{ allocated: 10, deployments: 10 }])

    const [first, second] = started.map(({ deployment }) => deployment.hash)
    const stops = await Promise.all(Array.from({ length: 5 }, () => stop(token, first!)))
    expect(stops.every((stopped) => ofType(stopped, 'Deployment').status === 'STOPPED')).toBe(true)
    expect((await plan(token)).deploymentsLeft).toBe(1)
    const again = await Promise.all(Array.from({ length: 4 }, () => requestDeployment(server, token)))
    expect(again.filter(({ __typename }) => __typename === 'DeploymentPayload')).toHaveLength(1)
    await stop(token, second!)
    expect((await plan(token)).deploymentsLeft).toBe(1)
    // A denied call stored no key, so that the same key can succeed now.
    const denied = answers.findIndex(({ code }) => code === 'LIMIT_REACHED')
    expect((await requestDeployment(server, token, { key: `d${denied}` })).__typename).toBe('DeploymentPayload')
  })

  it('starts one deployment for ten calls with one key, and shows its enrollment token once', async () => {
    const token = await person()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => requestDeployment(server, token, { key: 'one' })),
    )
    expect(new Set(answers.map(({ deployment }) => deployment?.hash)).size).toBe(1)
    expect(answers.filter(({ enrolmentToken }) => enrolmentToken !== null)).toHaveLength(1)
    const other = await requestDeployment(server, token, { key: 'one', slug: 'uptime-kuma' })
    expect(other.code).toBe('IDEMPOTENCY_MISMATCH')
  })

  it('allows accounts with a higher plan than required and denies those with a lower one', async () => {
    const token = await person()
    await buy(token, 'basic')
    const allowed: Record<string, string[]> = {}
    for (const slug of ['static-site', 'ghost', 'wordpress_plus', 'ai-agent-stack'])
      allowed[slug] = (await eligibility(token, slug)).denials.map(({ code }) => code)
    expect(allowed).toEqual({
      'static-site': [],
      ghost: [],
      wordpress_plus: ['INSUFFICIENT_PLAN'],
      'ai-agent-stack': ['INSUFFICIENT_PLAN', 'TEMPLATE_NOT_PURCHASED', 'STACK_NOT_SUPPORTED'],
    })
  })

  it('denies a template that requires an unknown plan to every account', async () => {
    const token = await person()
    await plan(token)
    await server.query(`update template set required_plan = 'ultra' where slug = 'nextcloud'`)
    const before = await rowCounts(server)
    expect((await eligibility(token, 'nextcloud', 'wordpress')).denials.map(({ code }) => code)).toEqual([
      'INVALID_PLAN',
    ])
    expect(await requestDeployment(server, token, { slug: 'nextcloud' })).toMatchObject({ code: 'INVALID_PLAN' })
    expect(await rowCounts(server)).toEqual(before)
  })

  it('denies a stack outside the plan with the list of its stacks', async () => {
    const token = await person()
    expect(await eligibility(token, 'static-site', 'n8n')).toMatchObject({
      allowed: false,
      denials: [
        {
          code: 'STACK_NOT_SUPPORTED',
          message: "Plan Free does not support stack 'n8n'. Supported: static_site, wordpress, uptime_kuma.",
        },
      ],
    })
  })

  it('changes nothing for a hundred checks: no row, no version, no call to the provider', async () => {
    const token = await person()
    await eligibility(token, 'wordpress_plus')
    // Reconciliation reads from the providers at any moment.
    const calls = async () =>
      (await server.sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')).calls.filter(
        ({ method, path }) => method !== 'GET' && !path.includes('oauth2'),
      ).length
    const versions = () => server.query(`select id, version from account order by id`)
    const before = [await rowCounts(server), await versions(), await calls()]
    const answers = []
    for (let round = 0; round < 10; round++)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => eligibility(token, 'wordpress_plus')))))
    await Promise.all(Array.from({ length: 10 }, () => server.rest('GET', '/billing/status', { token })))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ allowed: false, denials: [{ code: 'INSUFFICIENT_PLAN' }] })
    expect([await rowCounts(server), await versions(), await calls()]).toEqual(before)
  })

  it('returns the same plan info over GraphQL and REST, with its last day', async () => {
    const token = await person()
    await buy(token, 'basic')
    await requestDeployment(server, token)
    expect(await plan(token)).toMatchObject({
      plan: { code: 'basic' },
      deploymentsLeft: 2,
      endsAt: '2026-02-15T10:00:00.000Z',
      supportedStacks: ['static_site', 'wordpress', 'uptime_kuma', 'ghost', 'n8n', 'nextcloud'],
    })
    const expected = {
      name: 'basic',
      date_end: '2026-02-15',
      deployments_left: 2,
      supported_stacks: {
        static_site: true,
        wordpress: true,
        uptime_kuma: true,
        ghost: true,
        n8n: true,
        nextcloud: true,
      },
    }
    expect((await server.rest('GET', '/billing/status', { token })).body).toEqual({
      plan: expected,
      purchased_templates: [],
    })
    expect((await server.rest('GET', '/oauth_server/api/me', { token })).body).toMatchObject({
      user: { plan: expected },
    })
  })

  /** Background work of earlier purchases also writes events. */
  const finalCounts = async () => {
    const { stream_event: _events, ...counts } = await rowCounts(server)
    return counts
  }

  it('starts nothing of an unknown or unpublished template, which is null', async () => {
    const token = await person()
    await plan(token)
    await server.query(`update template set status = 'DRAFT' where slug = 'n8n'`)
    const [draft] = await server.query<{ id: string }>(`select id from template where slug = 'n8n'`)
    const before = await finalCounts()
    for (const template of ['tpl_00000000000000000000000000', 'nonsense', draft!.id]) {
      const requested = await server.graphql(ELIGIBLE, { template }, token)
      expect(requested.data).toEqual({ template: null })
      const started = await server.graphql(
        `mutation ($template: ID!) { startDeployment(input: { templateId: $template }, key: "n") { denial { code } } }`,
        { template },
        token,
      )
      expect(started.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    }
    expect(await finalCounts()).toEqual(before)
  })
})
