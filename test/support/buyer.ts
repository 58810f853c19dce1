import { mutationText, variablesOf } from './mutations.js'
import { ConfirmCheckout } from '@stackgate/client/documents'
import { eventually, type TestServer } from './test-server.js'
import { ofType } from './of-type.js'

/** The buyer's view of the account's purchases and templates. */
export interface BuyerAccount {
  readonly plan: { readonly plan: { readonly code: string } }
  readonly purchases: {
    readonly totalCount: number
    readonly nodes: readonly {
      readonly id: string
      readonly status: string
      readonly money: { readonly amountMinor: number; readonly currency: string }
      readonly refunded: { readonly amountMinor: number } | null
      readonly expiresAt: string | null
      readonly product: { readonly code: string; readonly type: string }
    }[]
  }
  readonly purchasedTemplates: readonly { readonly slug: string }[]
}

const BUYER = `{ account {
  plan { plan { code } }
  billing {
    purchases { totalCount nodes { id status money { amountMinor currency } refunded { amountMinor } expiresAt product { code type } } }
  }
  purchasedTemplates { nodes { slug } }
} }`

let serial = 0

/** Acts as buyers, their banks and operators do, through the public interfaces. */
export class Buyer {
  constructor(
    readonly server: TestServer,
    readonly token: string,
    readonly email: string,
  ) {}

  static async named(server: TestServer, email: string): Promise<Buyer> {
    return new Buyer(server, await server.token(email), email)
  }

  /** Requests a page and returns the result unchanged. */
  async start<Answer = { providerReference: string; id: string; __typename: string; code: string }>(
    mutation: 'startSubscription' | 'purchasePackage' | 'purchaseTemplate',
    input: Record<string, unknown>,
  ): Promise<Answer> {
    const { data, errors } = await this.server.graphql<Record<string, Answer>>(
      mutationText(
        mutation,
        `checkout { __typename id providerReference status url money { amountMinor currency } interval { unit count } expiresAt }
          denial {
            __typename
            code
            message
            remedies { kind mutation input at url subject { id } price { money { decimal currency } } }
            issues { path }
            retryAfterSeconds
          }`,
      ),
      variablesOf(mutation, { provider: 'STRIPE', idempotencyKey: `buyer-${++serial}`, ...input }),
      this.token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data[mutation]!
  }

  /** Pays a page, by card unless stated otherwise. */
  pay(providerReference: string, how: { card?: string; outcome?: string } = {}): Promise<{ paymentStatus: string }> {
    return this.server.sandboxControl('POST', `checkouts/${providerReference}/pay`, how)
  }

  async confirm(providerReference: string): Promise<string> {
    const { data, errors } = await this.server.graphql(ConfirmCheckout, { by: { providerReference } }, this.token)
    if (errors) throw new Error(JSON.stringify(errors))
    return ofType(data.confirmCheckout, 'Checkout').status
  }

  /** Requests a page, pays and returns to the server. Returns the page. */
  async buy(
    mutation: 'startSubscription' | 'purchasePackage' | 'purchaseTemplate',
    input: Record<string, unknown>,
    how: { card?: string } = {},
  ): Promise<{ providerReference: string; id: string }> {
    const page = await this.start(mutation, input)
    await this.pay(page.providerReference, how)
    const status = await this.confirm(page.providerReference)
    if (status !== 'COMPLETED') throw new Error(`the checkout is ${status}`)
    return page
  }

  async account(): Promise<BuyerAccount> {
    const { data } = await this.server.graphql<{
      account: Pick<BuyerAccount, 'plan'> & {
        billing: Pick<BuyerAccount, 'purchases'>
        purchasedTemplates: { nodes: { slug: string }[] }
      }
    }>(BUYER, {}, this.token)
    const { plan, billing, purchasedTemplates } = data.account
    return { plan, ...billing, purchasedTemplates: purchasedTemplates.nodes }
  }

  /**
   * Account data once it meets the condition. Read again afterwards, because the fields of a result are read one after
   * another.
   */
  async buyerWhen(until: (records: BuyerAccount) => boolean): Promise<BuyerAccount> {
    await eventually(() => this.account(), until, 20_000)
    return this.account()
  }

  /** The provider's payment of a purchase. */
  async paymentOf(purchaseId: string): Promise<string> {
    const [row] = await this.server.query<{ payment_id: string }>(`select payment_id from purchase where id = $1`, [
      purchaseId,
    ])
    return row!.payment_id
  }

  async dispute(purchaseId: string, status: string): Promise<void> {
    await this.server.sandboxControl('POST', 'disputes', { payment: await this.paymentOf(purchaseId), status })
  }
}
