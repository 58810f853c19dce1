import { stripeCall } from '../subscribers.js'
import type { TestServer } from '../test-server.js'

/** A payment challenge as its header says it. */
export type Challenge = Readonly<Record<string, string>>

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly challenge: Challenge | null
  readonly receipt: Readonly<Record<string, string>> | null
}

const decoded = (text: string): Record<string, string> =>
  JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, string>

/** The first challenge of a header. */
function readChallenge(header: string | null): Challenge | null {
  if (!header?.startsWith('Payment ')) return null
  return Object.fromEntries(
    [...header.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]),
  )
}

/** Answer of GraphQL to a use. */
export interface GraphqlAnswer {
  /** Status of HTTP. */
  readonly status: number
  /** Code of the denial of each use, null if it was allowed. */
  readonly codes: readonly (string | null)[]
  readonly challenge: Challenge | null
  readonly receipt: Readonly<Record<string, string>> | null
  readonly problem: string | null
}

/** A program that buys, without the library of the protocol. */
export class ProgramBuyer {
  constructor(
    readonly server: TestServer,
    readonly key: string,
  ) {}

  async use(body: object, credential: string | null = null, path = 'consume'): Promise<Answer> {
    const response = await fetch(`${this.server.url}/api/v1/entitlements/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.key}`,
        'content-type': 'application/json',
        ...(credential ? { 'payment-authorization': credential } : {}),
      },
      body: JSON.stringify(body),
    })
    const receipt = response.headers.get('payment-receipt')
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      challenge: readChallenge(response.headers.get('www-authenticate')),
      receipt: receipt ? decoded(receipt) : null,
    }
  }

  /** Uses in one request of GraphQL. */
  async useByGraphql(
    uses: readonly { account_id: string; feature: string; amount: number; idempotency_key: string }[],
    credential: string | null = null,
  ): Promise<GraphqlAnswer> {
    const fields = uses.map(
      (use, index) =>
        `use${index}: consume(input: { accountId: "${use.account_id}", feature: "${use.feature}", amount: ${use.amount} }, key: "${use.idempotency_key}") { denial { code } }`,
    )
    const response = await fetch(`${this.server.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.key}`,
        'content-type': 'application/json',
        ...(credential ? { 'payment-authorization': credential } : {}),
      },
      body: JSON.stringify({ query: `mutation { ${fields.join(' ')} }` }),
    })
    const { data, extensions } = (await response.json()) as {
      data: Record<string, { denial: { code: string } | null }>
      extensions?: { payment?: { challenge?: string; receipt?: string; problem?: { type: string } } }
    }
    const { challenge, receipt, problem } = extensions?.payment ?? {}
    return {
      status: response.status,
      codes: Object.values(data).map(({ denial }) => denial?.code ?? null),
      challenge: readChallenge(challenge ?? null),
      receipt: receipt ? decoded(receipt) : null,
      problem: problem?.type.split('/').at(-1) ?? null,
    }
  }

  /** A token for a challenge, with other limits on request. */
  async token({ request }: Challenge, limits: Record<string, string> = {}, method = 'pm_card_visa'): Promise<string> {
    const { amount, currency } = decoded(request!)
    const { id } = await stripeCall<{ id: string }>(this.server, 'POST', 'test_helpers/shared_payment/granted_tokens', {
      payment_method: method,
      'usage_limits[currency]': currency!,
      'usage_limits[max_amount]': String(amount),
      'usage_limits[expires_at]': String(Math.floor(Date.now() / 1000) + 600),
      ...limits,
    })
    return id
  }

  credential(challenge: Challenge, spt: string): string {
    const content = { challenge, payload: { spt } }
    return `Payment ${Buffer.from(JSON.stringify(content)).toString('base64url')}`
  }

  /** A credential of a new token. */
  pay = async (challenge: Challenge, limits?: Record<string, string>, method?: string): Promise<string> =>
    this.credential(challenge, await this.token(challenge, limits, method))
}
