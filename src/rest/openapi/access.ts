import type { Code } from './route-description.js'

/** Ways to authenticate, as the OpenAPI document names them. */
export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'Token of a user, service key, or token of `POST /oauth/token`.',
  },
  agentToken: { type: 'http', scheme: 'bearer', description: 'Token of the agent.' },
  agentId: { type: 'apiKey', in: 'header', name: 'X-Agent-Id', description: 'ID of the agent.' },
  agentTime: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Timestamp',
    description: 'Unix time in seconds, at most 300 from the time of the server.',
  },
  agentRequest: { type: 'apiKey', in: 'header', name: 'X-Request-Id', description: 'Valid for one request.' },
  agentSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Agent-Signature',
    description: 'Base64 of HMAC-SHA256 over the raw body, keyed with the token as text.',
  },
  composeToken: { type: 'http', scheme: 'bearer', description: 'Token with which the compose agent was registered.' },
  clientBasic: { type: 'http', scheme: 'basic', description: 'ID and secret of a client (RFC 6749).' },
  stripeSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Stripe-Signature',
    description: 'Signature of Stripe over the raw body.',
  },
  payPalSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'PayPal-Transmission-Sig',
    description: 'Signature of PayPal over the raw body, with the other `PayPal-…` headers.',
  },
} as const

type Scheme = keyof typeof SECURITY_SCHEMES

interface AccessInfo {
  /** Alternatives of schemes. An empty one allows anonymous callers. */
  readonly security: readonly (readonly Scheme[])[]
  /** For people. */
  readonly text: string
  readonly errors: readonly Code[]
  /** Headers that callers can add, with their descriptions. */
  readonly headers?: Readonly<Record<string, string>>
}

const AGENT: readonly Scheme[] = ['agentToken', 'agentId', 'agentTime', 'agentRequest', 'agentSignature']
const AGENT_ERRORS: readonly Code[] = [
  'UNAUTHENTICATED',
  'INVALID_TOKEN',
  'INVALID_SIGNATURE',
  'CLOCK_SKEW',
  'REPLAYED_REQUEST',
]
const FULL_SIGNATURE = {
  'X-Agent-Signature-V2':
    'Base64 of HMAC-SHA256 over method, path, time, request ID and digest of the body. Required once the agent has sent it.',
}
const BEARER_ERRORS: readonly Code[] = ['INVALID_TOKEN', 'TOKEN_EXPIRED', 'RATE_LIMITED']

/** Callers of a route. */
export const ACCESS = {
  anyone: { security: [], text: 'all callers', errors: [] },
  optionalBearer: { security: [[], ['bearer']], text: 'all callers; with a bearer more', errors: BEARER_ERRORS },
  bearer: { security: [['bearer']], text: 'bearer', errors: ['UNAUTHENTICATED', ...BEARER_ERRORS] },
  agent: {
    security: [AGENT],
    text: 'agent, signed',
    errors: AGENT_ERRORS,
    headers: {
      ...FULL_SIGNATURE,
      'X-Agent-Instance': 'Name that stays the same over restarts. A new poll ends only earlier polls of its instance.',
    },
  },
  agentOrBearer: {
    security: [['bearer'], AGENT],
    text: 'bearer, or the agent of the deployment, signed',
    errors: [...AGENT_ERRORS, ...BEARER_ERRORS],
    headers: FULL_SIGNATURE,
  },
  composeAgent: { security: [['composeToken']], text: 'compose agent', errors: ['INVALID_TOKEN'] },
  body: { security: [], text: 'credentials in the body', errors: [] },
  address: { security: [], text: 'the address is the credential', errors: [] },
  client: { security: [['clientBasic'], []], text: 'client, by HTTP Basic or in the body', errors: [] },
  stripe: { security: [['stripeSignature']], text: 'Stripe, signed', errors: ['INVALID_WEBHOOK'] },
  payPal: { security: [['payPalSignature']], text: 'PayPal, signed', errors: ['INVALID_WEBHOOK'] },
} as const satisfies Record<string, AccessInfo>

export type Access = keyof typeof ACCESS

/** Details of a kind of callers. */
export const accessInfo = (access: Access): AccessInfo => ACCESS[access]
