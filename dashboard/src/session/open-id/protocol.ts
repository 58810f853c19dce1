import * as oauth from 'oauth4webapi'
import { pageUrl, type ReachableOpenId } from '../config.js'
import type { SignInProblem } from '../sign-in-problem.js'

/** Secrets of one sign-in between leaving and returning. They are worthless without the code of the provider. */
export interface SignInRequest {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Tokens of one person. */
export interface TokenSet {
  readonly access: string
  readonly refresh: string | null
  readonly subject: string
  /** Seconds for which the access token is valid. Null if the provider does not say so. */
  readonly seconds: number | null
}

const redirectUri = (): string => pageUrl('/signed-in').href

/** Only the server admits http, and for providers on the same machine. */
const insecure = ({ provider }: ReachableOpenId) =>
  ({ [oauth.allowInsecureRequests]: new URL(provider.token_endpoint).protocol === 'http:' }) as const

/** Providers name the server for which a token is meant in one of two ways; `resource` must be an address. */
function audienceOf({ audience }: ReachableOpenId): Record<string, string> {
  if (audience === null) return {}
  return { audience, ...(URL.canParse(audience) ? { resource: audience } : {}) }
}

/** Address at the provider, and the secrets that its answer is checked with. */
export async function newSignIn(
  openId: ReachableOpenId,
  { prompt, state = oauth.generateRandomState() }: { readonly prompt?: 'none'; readonly state?: string },
): Promise<{ readonly url: URL; readonly request: SignInRequest }> {
  const request = { state, nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier() }
  const url = new URL(openId.provider.authorization_endpoint)
  const parameters = {
    client_id: openId.clientId,
    response_type: 'code',
    redirect_uri: redirectUri(),
    scope: openId.scope,
    state: request.state,
    nonce: request.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(request.verifier),
    code_challenge_method: 'S256',
    ...audienceOf(openId),
    ...(prompt ? { prompt } : {}),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { url, request }
}

/** Checks the answer of the provider and exchanges its code for tokens. */
export async function exchange(
  openId: ReachableOpenId,
  response: URLSearchParams,
  { state, nonce, verifier }: SignInRequest,
): Promise<TokenSet> {
  const { provider } = openId
  const client = { client_id: openId.clientId }
  const checked = oauth.validateAuthResponse(provider, client, response, state)
  const answer = await oauth.authorizationCodeGrantRequest(
    provider,
    client,
    oauth.None(),
    checked,
    redirectUri(),
    verifier,
    { ...insecure(openId), additionalParameters: audienceOf(openId) },
  )
  const tokens = await oauth.processAuthorizationCodeResponse(provider, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  return {
    access: tokens.access_token,
    refresh: tokens.refresh_token ?? null,
    subject: oauth.getValidatedIdTokenClaims(tokens)!.sub,
    seconds: tokens.expires_in ?? null,
  }
}

/** New tokens for a refresh token, which a provider may replace. */
export async function refresh(openId: ReachableOpenId, tokens: TokenSet): Promise<TokenSet> {
  const { provider } = openId
  const client = { client_id: openId.clientId }
  const answer = await oauth.refreshTokenGrantRequest(provider, client, oauth.None(), tokens.refresh!, {
    ...insecure(openId),
    additionalParameters: audienceOf(openId),
  })
  const next = await oauth.processRefreshTokenResponse(provider, client, answer)
  return {
    access: next.access_token,
    refresh: next.refresh_token ?? tokens.refresh,
    subject: tokens.subject,
    seconds: next.expires_in ?? null,
  }
}

/** Makes a refresh token worthless. Best effort: the page is left anyway. */
export async function revoke(openId: ReachableOpenId, token: string, signal: AbortSignal): Promise<void> {
  if (!openId.provider.revocation_endpoint) return
  const client = { client_id: openId.clientId }
  await oauth
    .revocationRequest(openId.provider, client, oauth.None(), token, { ...insecure(openId), signal })
    .catch(() => undefined)
}

/** Address that ends the session at the provider. It has no token: addresses are in logs and histories. Null if there is none. */
export function endSessionUrl({ provider, clientId }: ReachableOpenId): URL | null {
  if (!provider.end_session_endpoint) return null
  const url = new URL(provider.end_session_endpoint)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', pageUrl('/').href)
  return url
}

/** Answers to a sign-in without a question that cannot do without one. */
const QUESTIONS = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required']

/** The problem of an error, for people. */
export function problemOf(error: unknown): SignInProblem {
  if (error instanceof oauth.AuthorizationResponseError) {
    if (error.error === 'access_denied') return { kind: 'denied' }
    if (QUESTIONS.includes(error.error)) return { kind: 'ended' }
    return { kind: 'invalidResponse', detail: error.error }
  }
  if (error instanceof oauth.ResponseBodyError) return { kind: 'invalidResponse', detail: error.error }
  // The platform rejects with a TypeError without a code if nothing responded.
  if (error instanceof TypeError && !('code' in error)) return { kind: 'providerAway' }
  return { kind: 'invalidResponse', detail: (error as { code?: string }).code ?? (error as Error).message }
}

/** True if a refresh token is worthless, and not only the provider away. */
export const isRefused = (error: unknown): boolean => error instanceof oauth.ResponseBodyError && error.status < 500
