import { z } from 'zod'
import type { stripe } from 'mppx/stripe/server/spt'

/** A challenge for one sale. */
export interface ChallengeTerms {
  /** In the smallest unit of the provider. */
  readonly amount: number
  readonly currency: string
  readonly description: string
  /** Identifies the sale. The buyer cannot change it. */
  readonly meta: Readonly<Record<string, string>>
}

/** A credential as a buyer sent it. Nothing of it is verified. */
export interface ReadCredential {
  readonly challengeId: string
  readonly meta: Readonly<Record<string, string>>
  readonly token: string
}

export interface PaymentReceipt {
  readonly reference: string
  readonly externalId: string
  readonly at: Date
}

/** Reason of the payment protocol for a credential that is refused. */
export interface PaymentProblem {
  readonly type: string
  readonly title: string
  readonly detail: string
}

/** Charges a token, and returns the payment. */
export type ChargeToken = (token: string) => Promise<{ readonly id: string; readonly status: string }>

/** The payment protocol of HTTP, by its library. */
export interface PaymentLibrary {
  /** Headers of a denial with a challenge. Equal sales within some minutes have the same challenge. */
  challenge(terms: ChallengeTerms): Promise<Headers>
  /** Null if the header is no credential. */
  read(header: string): ReadCredential | null
  /** Verifies a credential against the terms of the sale, then charges its token. */
  redeem(header: string, terms: ChallengeTerms, charge: ChargeToken): Promise<PaymentProblem | null>
  receipt(receipt: PaymentReceipt): Headers
}

/** Tokens of Stripe. Another text is no credential: it would be part of a header of the request to Stripe. */
const TOKEN = /^spt_\w{1,200}$/
const METHODS = ['card', 'link']
/** Challenges end at multiples of it, at least one after they were made. Equal needs have an equal challenge, which is sold once. */
const GRID_MS = 300_000
const MALFORMED: PaymentProblem = {
  type: 'https://paymentauth.org/problems/malformed-credential',
  title: 'Malformed Credential',
  detail: 'The credential is malformed.',
}

interface Options {
  readonly networkId: string
  readonly realm: string
  /** The present key, which changes when keys are rotated. */
  readonly secretKey: () => string
  /** Time of the process: buyers compare the end of a challenge with their own clock. */
  readonly now: () => number
}

/** Loads the library, which no other part of the server uses. */
export async function openPaymentLibrary({ networkId, realm, secretKey, now }: Options): Promise<PaymentLibrary> {
  const [core, { stripe: method }] = await Promise.all([import('mppx/server/core'), import('mppx/stripe/server/spt')])
  const transport = core.Transport.http({ requiresAuth: true })
  const serverOf = (create: Charge) =>
    core.Mppx.create({
      methods: [methodOf(method, networkId, create)],
      realm,
      secretKey: secretKey(),
      requiresAuth: true,
    })
  const requestOf = ({ amount, currency }: ChallengeTerms) => ({ amount: String(amount), currency, decimals: 0 })
  const parse = (header: string) => {
    try {
      return transport.getCredential(new Request(`https://${realm}/`, { headers: { 'payment-authorization': header } }))
    } catch {
      return null
    }
  }
  const library: PaymentLibrary = {
    challenge: async (terms) => {
      const expires = new Date((Math.floor(now() / GRID_MS) + 2) * GRID_MS).toISOString()
      const { description, meta } = terms
      const offering = serverOf(() => Promise.reject(new Error('a challenge charges nothing')))
      const challenge = await offering.challenge.stripe.charge({ ...requestOf(terms), description, meta, expires })
      return core.Response.requirePayment({ challenge }).headers
    },
    read: (header) => {
      const credential = parse(header)
      const token = (credential?.payload as { spt?: unknown } | undefined)?.spt
      if (!credential || typeof token !== 'string' || !TOKEN.test(token)) return null
      return {
        challengeId: credential.challenge.id,
        meta: credential.challenge.meta ?? decoded(credential.challenge.opaque),
        token,
      }
    },
    redeem: async (header, terms, charge) => {
      const credential = library.read(header) && parse(header)
      if (!credential) return MALFORMED
      const server = serverOf(({ shared_payment_granted_token: token }) => charge(token))
      try {
        await server.verifyCredential(credential, { meta: terms.meta, realm, request: requestOf(terms) })
        return null
      } catch (error) {
        if (!(error instanceof Error) || !('toProblemDetails' in error)) throw error
        const details = (error as ProblemError).toProblemDetails(credential.challenge.id)
        return { type: details.type, title: details.title, detail: details.detail }
      }
    },
    receipt: ({ reference, externalId, at }) =>
      transport.respondReceipt({
        challengeId: '',
        credential: { challenge: {} as never, payload: {} },
        input: new Request(`https://${realm}/`),
        receipt: { method: 'stripe', status: 'success', timestamp: at.toISOString(), reference, externalId },
        response: new Response(null),
      }).headers,
  }
  return library
}

/** The texts of a challenge that its credential brings back, of which nothing is trusted. */
function decoded(opaque = ''): ReadCredential['meta'] {
  try {
    const { data } = z.record(z.string(), z.string()).safeParse(JSON.parse(Buffer.from(opaque, 'base64url').toString()))
    return data ?? {}
  } catch {
    return {}
  }
}

type ProblemError = Error & { toProblemDetails(id: string): PaymentProblem }
type Charge = (parameters: { readonly shared_payment_granted_token: string }) => ReturnType<ChargeToken>

/** The method of cards. Our own object is in the place of the client of the provider: it sells, and the library verifies. */
const methodOf = (method: typeof stripe, networkId: string, create: Charge) =>
  method.charge({
    client: { paymentIntents: { create } } as never,
    networkId,
    paymentMethodTypes: METHODS,
    decimals: 0,
  })
